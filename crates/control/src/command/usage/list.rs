//! Sums of calls.
//!
//! Members of a project see how much its clusters are used; only who may see its keys, or the
//! users of its clusters, learns which of them it was. Who may see a key, its person included, may
//! see all that it did.

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::command::{clusters, keys, projects};
use crate::desk::{Desk, Refusal};
use model::actor::Place;
use model::{Action, ClusterId, Error, KeyId, OrganizationId, ProjectId, Resource, Timestamp};
use store::usage::{self, UsageBy, UsageFilter, UsageLine};
use store::{Listed, Page, Reader, cluster_users};

/// Whose calls are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct UsageOf {
    /// Of this organization; the caller's only one if nothing is named.
    pub organization: Option<OrganizationId>,
    /// Of this project only.
    pub project: Option<ProjectId>,
    /// Of this key only.
    pub key: Option<KeyId>,
    /// Of this cluster only.
    pub cluster: Option<ClusterId>,
}

/// Which sums are asked for.
#[derive(Clone, Copy, Debug)]
pub struct ListUsage {
    /// Over whose calls.
    pub of: UsageOf,
    /// Hours that begin at this moment or later.
    pub from: Timestamp,
    /// Hours that begin before this moment.
    pub to: Timestamp,
    /// A line for each of what.
    pub by: UsageBy,
    /// Which part of the list.
    pub page: Page,
}

/// The sums, a line for each group.
///
/// # Errors
/// What the policy refuses; `NotFound` for a key, cluster or project the caller may not see.
pub fn list(desk: &Desk, caller: &Caller, request: ListUsage) -> Result<Listed<UsageLine>, Error> {
    desk.look(caller, |reader| {
        let (organization, projects) = permitted(reader, caller, request)?;
        let filter = UsageFilter {
            organization,
            projects,
            key: request.of.key,
            cluster: request.of.cluster,
            from: request.from,
            to: request.to,
        };
        let mut listed = usage::list(reader, &filter, request.by, request.page)?;
        if request.by == UsageBy::User {
            for line in &mut listed.items {
                line.group = user(reader, &line.group)?;
            }
        }
        Ok(listed)
    })
}

/// What people call a user that was counted: its cluster and its name. One that is gone keeps its
/// id.
fn user(reader: &Reader<'_>, group: &str) -> Result<String, Error> {
    let found = match group.parse() {
        Ok(id) => cluster_users::find(reader, id)?,
        Err(_) => None,
    };
    Ok(found.map_or_else(|| group.to_owned(), |user| format!("{}/{}", user.cluster, user.name)))
}

/// The organization and the projects within which the policy lets the caller see this.
fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    request: ListUsage,
) -> Result<(OrganizationId, Option<Vec<ProjectId>>), Refusal> {
    let UsageOf { project, key, cluster, .. } = request.of;
    let only = |id: Option<ProjectId>| id.map(|id| vec![id]);
    if let Some(id) = key {
        let (key, _seen) = keys::permitted(reader, caller, id, Action::ViewKey)?;
        return Ok((key.organization, only(project)));
    }
    // The permits are for seeing, which is done at once and leaves no record.
    let actions = actions(request.by);
    if let Some(id) = cluster {
        let mut place = None;
        for &action in actions {
            let (found, _seen) = clusters::permitted(reader, caller, id, action)?;
            place = store::projects::find(reader, found.project)?;
        }
        let place = place.ok_or_else(|| Error::not_found("cluster", id))?;
        return Ok((place.organization, only(project)));
    }
    if let Some(id) = project {
        let mut organization = None;
        for &action in actions {
            let (found, _seen) = projects::permitted(reader, caller, id, action)?;
            organization = Some(found.organization);
        }
        let organization = organization.ok_or_else(|| Error::not_found("project", id))?;
        return Ok((organization, only(project)));
    }
    everywhere(reader, caller, request, actions)
}

/// Everything in the organization, or those of its projects where the caller may.
fn everywhere(
    reader: &Reader<'_>,
    caller: &Caller,
    request: ListUsage,
    actions: &[Action],
) -> Result<(OrganizationId, Option<Vec<ProjectId>>), Refusal> {
    let organization = home(reader, caller, request.of.organization)?;
    let place = Place { organization, project: None };
    let resource = Resource::Organization(organization);
    let decided: Result<Vec<_>, _> =
        actions.iter().map(|&action| decide(reader, caller, place, action, resource)).collect();
    let Err(denial) = decided else {
        return Ok((organization, None));
    };
    let mut some: Option<Vec<ProjectId>> = None;
    for &action in actions {
        let may = projects::all_permitted(reader, caller, organization, action)?;
        let may: Vec<_> = may.into_iter().map(|project| project.id).collect();
        some = Some(match some {
            None => may,
            Some(before) => before.into_iter().filter(|id| may.contains(id)).collect(),
        });
    }
    match some {
        Some(some) if !some.is_empty() => Ok((organization, Some(some))),
        _ => Err(denial),
    }
}

/// What one must be allowed to see sums of this kind.
fn actions(by: UsageBy) -> &'static [Action] {
    match by {
        UsageBy::Key => &[Action::ViewUsage, Action::ViewKey],
        UsageBy::User => &[Action::ViewUsage, Action::ListClusterUsers],
        UsageBy::Cluster | UsageBy::Class | UsageBy::Hour | UsageBy::Day => &[Action::ViewUsage],
    }
}
