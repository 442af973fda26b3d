//! The projects a caller may see.

use crate::caller::Caller;
use crate::desk::{Desk, Refusal};
use crate::standing;
use model::{Action, Actor, Error, OrganizationId};
use store::projects::{Project, ProjectFilter, ProjectReach};
use store::{Listed, Page, Reader, members, organizations, projects};

/// Which projects are asked for.
#[derive(Clone, Debug)]
pub struct ListProjects {
    /// Projects of this organization; of all that the caller belongs to if none is named.
    pub organization: Option<OrganizationId>,
    /// Projects with this text in their name or id only.
    pub search: Option<String>,
    /// Which part of the list.
    pub page: Page,
}

/// A part of a list of projects.
#[derive(Clone, Debug)]
pub struct ListedProjects {
    /// The projects, and how many there are in all.
    pub listed: Listed<Project>,
    /// The caller's organizations whose projects are left out, because these ask for a second
    /// factor that the caller has not got.
    pub closed: Vec<OrganizationId>,
}

/// The projects the caller may see, organization by organization, newest first in each.
///
/// # Errors
/// `NotFound` for an organization the caller does not belong to; `Forbidden` if all that the caller
/// belongs to ask for a second factor that is missing; `Unavailable` if the store does not answer.
pub fn list(desk: &Desk, caller: &Caller, request: &ListProjects) -> Result<ListedProjects, Error> {
    desk.look(caller, |reader| {
        let mut reaches = Vec::new();
        let mut all = organizations(reader, caller, request.organization)?;
        let closed = match caller.actor() {
            Actor::User(user) if all.len() > 1 => standing::closed_to(reader, *user, &all)?,
            _ => Vec::new(),
        };
        if closed.len() < all.len() {
            all.retain(|organization| !closed.contains(organization));
        }
        for organization in all {
            match super::reach(reader, caller, organization, Action::ViewProject) {
                Ok(reach) => reaches.push(reach),
                Err(Refusal::Denied(_)) if request.organization.is_none() => {}
                Err(refusal) => return Err(refusal),
            }
        }
        let listed = end_to_end(reader, caller, reaches, request)?;
        Ok(ListedProjects { listed, closed })
    })
}

/// The organizations to look in.
fn organizations(
    reader: &Reader<'_>,
    caller: &Caller,
    named: Option<OrganizationId>,
) -> Result<Vec<OrganizationId>, Error> {
    if let Some(only) = named.or_else(|| caller.organization()) {
        return Ok(vec![only]);
    }
    if let Actor::User(user) = caller.actor() {
        let all = members::organizations_of(reader, *user)?;
        return Ok(all.into_iter().map(|(id, _)| id).collect());
    }
    let first = organizations::first(reader)?;
    Ok(first.into_iter().map(|organization| organization.id).collect())
}

/// A page of the lists of several organizations laid end to end.
fn end_to_end(
    reader: &Reader<'_>,
    caller: &Caller,
    reaches: Vec<ProjectReach>,
    request: &ListProjects,
) -> Result<Listed<Project>, Refusal> {
    let page = request.page;
    let mut skip = u64::from(page.number() - 1) * u64::from(page.size());
    let (mut items, mut count, mut missing) = (Vec::new(), 0, page.size());
    for reach in reaches {
        let filter = ProjectFilter { reach, search: request.search.clone() };
        let here = projects::count(reader, &filter)?;
        count += here;
        if missing > 0 && skip < here {
            for project in projects::list(reader, &filter, skip, missing)? {
                super::decide_within(reader, caller, reach, &project, Action::ViewProject)?;
                items.push(project);
                missing -= 1;
            }
        }
        skip = skip.saturating_sub(here);
    }
    Ok(Listed { items, count, page })
}
