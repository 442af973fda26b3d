//! A key's record together with the names it refers to.

use model::scope::ClusterScope;
use model::usage::LastUse;
use model::{Error, OrganizationRole, Timestamp};
use store::clusters::Cluster;
use store::keys::{Key, KeyKind};
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
        let (project, person_role) = (None, None);
        let mut detail = Self { project, clusters: Vec::new(), person_role, last_use, now, key };
        match &detail.key.kind {
            KeyKind::Personal(user) => {
                let organization = detail.key.organization;
                detail.person_role = members::organization_role(reader, organization, *user)?;
            }
            KeyKind::Project(grant) => {
                detail.project = projects::find(reader, grant.project)?;
                if let ClusterScope::Only(named) = &grant.clusters {
                    for id in named {
                        detail.clusters.extend(clusters::find(reader, *id)?);
                    }
                }
            }
        }
        Ok(detail)
    }
}
