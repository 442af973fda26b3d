//! A key's record together with the names it refers to.

use model::scope::ClusterScope;
use model::usage::LastUse;
use model::{ClusterId, Error, OrganizationId, OrganizationRole, ProjectId, Timestamp, UserId};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use store::clusters::Cluster;
use store::keys::{Key, KeyEntry, KeyKind};
use store::projects::Project;
use store::{Reader, clusters, members, projects, usage};

/// A key and what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDetail {
    /// The record.
    pub key: Key,
    /// Its project, if it is a project key.
    pub project: Option<Project>,
    /// The clusters it names, if it is narrowed to some.
    pub clusters: Vec<Cluster>,
    /// The role of its person in the organization, if it is a personal key.
    pub person_role: Option<OrganizationRole>,
    /// When and by whom it was used last, a few seconds ago or earlier.
    pub last_use: Option<LastUse>,
    /// The moment at which its state is told.
    pub now: Timestamp,
}

impl KeyDetail {
    /// Adds what the record refers to.
    pub(super) fn of(reader: &Reader<'_>, key: Key, now: Timestamp) -> Result<Self, Error> {
        let last_use = usage::last_use(reader, key.id)?;
        Known::default().detail(reader, key, last_use, now)
    }

    /// The same for the entries of a list, which often refer to the same things, such as these
    /// projects.
    pub(super) fn of_list(
        reader: &Reader<'_>,
        entries: Vec<KeyEntry>,
        projects: Vec<Project>,
        now: Timestamp,
    ) -> Result<Vec<Self>, Error> {
        let projects = projects.into_iter().map(|project| (project.id, Some(project)));
        let mut known = Known { projects: projects.collect(), ..Known::default() };
        let detail = |entry: KeyEntry| known.detail(reader, entry.key, entry.last_use, now);
        entries.into_iter().map(detail).collect()
    }
}

/// What was looked up already, in one snapshot.
#[derive(Default)]
struct Known {
    projects: HashMap<ProjectId, Option<Project>>,
    clusters: HashMap<ClusterId, Option<Cluster>>,
    roles: HashMap<(OrganizationId, UserId), Option<OrganizationRole>>,
}

impl Known {
    fn detail(
        &mut self,
        reader: &Reader<'_>,
        key: Key,
        last_use: Option<LastUse>,
        now: Timestamp,
    ) -> Result<KeyDetail, Error> {
        let (project, person_role) = (None, None);
        let mut detail =
            KeyDetail { project, clusters: Vec::new(), person_role, last_use, now, key };
        match &detail.key.kind {
            KeyKind::Personal(user) => {
                let place = (detail.key.organization, *user);
                detail.person_role = once(&mut self.roles, place, || {
                    members::organization_role(reader, place.0, place.1)
                })?;
            }
            KeyKind::Project(grant) => {
                let id = grant.project;
                detail.project = once(&mut self.projects, id, || projects::find(reader, id))?;
                if let ClusterScope::Only(named) = &grant.clusters {
                    for &id in named {
                        let cluster = once(&mut self.clusters, id, || clusters::find(reader, id));
                        detail.clusters.extend(cluster?);
                    }
                }
            }
        }
        Ok(detail)
    }
}

/// What is known of this, looked up if nothing is.
fn once<K: Eq + Hash, V: Clone>(
    known: &mut HashMap<K, V>,
    key: K,
    look_up: impl FnOnce() -> Result<V, Error>,
) -> Result<V, Error> {
    Ok(match known.entry(key) {
        Entry::Occupied(found) => found.get().clone(),
        Entry::Vacant(empty) => empty.insert(look_up()?).clone(),
    })
}
