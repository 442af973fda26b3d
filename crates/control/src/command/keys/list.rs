//! The keys a caller may see.

use super::KeyDetail;
use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::command::projects;
use crate::desk::{Desk, Refusal};
use model::actor::Place;
use model::{Action, Actor, Error, OrganizationId, ProjectId, Resource};
use store::keys::KeyFilter;
use store::{Listed, Page, Reader, keys};

/// Which keys are asked for.
#[derive(Clone, Debug)]
pub struct ListKeys {
    /// Keys of this organization; the caller's only one if none is named.
    pub organization: Option<OrganizationId>,
    /// Keys of this project only.
    pub project: Option<ProjectId>,
    /// Keys with this text in their name, description or id only.
    pub search: Option<String>,
    /// Which part of the list.
    pub page: Page,
}

/// The keys the caller may see, newest first.
///
/// # Errors
/// What the policy refuses: somebody who may see no key at all is told so.
pub fn list(desk: &Desk, caller: &Caller, request: ListKeys) -> Result<Listed<KeyDetail>, Error> {
    desk.look(caller, |reader| {
        let mut filter = permitted_filter(reader, caller, &request)?;
        filter.search = request.search;
        let listed = keys::list(reader, &filter, request.page)?;
        let mut items = Vec::with_capacity(listed.items.len());
        for key in listed.items {
            items.push(KeyDetail::of(reader, key)?);
        }
        Ok(Listed { items, count: listed.count, page: listed.page })
    })
}

/// The widest filter the policy allows within what is asked for.
fn permitted_filter(
    reader: &Reader<'_>,
    caller: &Caller,
    request: &ListKeys,
) -> Result<KeyFilter, Refusal> {
    if let Some(id) = request.project {
        // The permit is for seeing, which is done below and leaves no record.
        let _seen = projects::permitted(reader, caller, id, Action::ViewKey)?;
        return Ok(of_projects(vec![id]));
    }
    if let Actor::ProjectKey { project, .. } = caller.actor() {
        let _seen = projects::permitted(reader, caller, *project, Action::ViewKey)?;
        return Ok(of_projects(vec![*project]));
    }
    let organization = home(reader, caller, request.organization)?;
    let place = Place { organization, project: None };
    let resource = Resource::Organization(organization);
    let Err(denial) = decide(reader, caller, place, Action::ViewKey, resource) else {
        return Ok(KeyFilter { organization: Some(organization), ..KeyFilter::default() });
    };
    let some = projects::all_permitted(reader, caller, organization, Action::ViewKey)?;
    if some.is_empty() {
        return Err(denial);
    }
    Ok(of_projects(some.into_iter().map(|project| project.id).collect()))
}

fn of_projects(projects: Vec<ProjectId>) -> KeyFilter {
    KeyFilter { projects: Some(projects), ..KeyFilter::default() }
}
