//! The keys a caller may see.

use super::KeyDetail;
use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::command::projects;
use crate::desk::{Desk, Refusal};
use model::actor::Place;
use model::{
    AccessRole, Action, Actor, ClusterId, Error, KeyId, KeyState, OrganizationId, ProjectId,
    Resource, Timestamp,
};
use store::keys::{KeyFilter, KeyOrder};
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
    /// Which of these, and in which order.
    pub query: KeyQuery,
    /// Which part of the list.
    pub page: Page,
}

/// What narrows and orders a list of keys; nothing, and newest first, if nobody says.
#[derive(Clone, Debug, Default)]
pub struct KeyQuery {
    /// Project keys with this role only.
    pub role: Option<AccessRole>,
    /// Keys in this state only.
    pub state: Option<KeyState>,
    /// Keys that work and end soon only.
    pub expires_soon: bool,
    /// Keys that end, or ended, before this moment only.
    pub expires_before: Option<Timestamp>,
    /// Project keys that open this cluster only.
    pub cluster: Option<ClusterId>,
    /// Keys made by this actor only, by its id.
    pub creator: Option<String>,
    /// Keys made with this key only.
    pub parent: Option<KeyId>,
    /// Personal keys only, or project keys only.
    pub personal: Option<bool>,
    /// Keys reported as leaked only.
    pub reported: bool,
    /// The order.
    pub order: KeyOrder,
}

/// The keys the caller may see.
///
/// # Errors
/// What the policy refuses: somebody who may see no key at all is told so.
pub fn list(desk: &Desk, caller: &Caller, request: ListKeys) -> Result<Listed<KeyDetail>, Error> {
    desk.look(caller, |reader| {
        let mut filter = permitted_filter(reader, caller, &request)?;
        let now = desk.now();
        filter.search = request.search;
        narrow(&mut filter, request.query, now);
        let listed = keys::list(reader, &filter, request.page)?;
        let items = KeyDetail::of_page(reader, listed.items, now)?;
        Ok(Listed { items, count: listed.count, page: listed.page })
    })
}

fn narrow(filter: &mut KeyFilter, query: KeyQuery, now: Timestamp) {
    filter.role = query.role;
    filter.state = query.state.map(|state| (state, now));
    filter.expires_soon = query.expires_soon.then_some(now);
    filter.expires_before = query.expires_before;
    filter.cluster = query.cluster;
    filter.creator = query.creator;
    filter.parent = query.parent;
    filter.personal = query.personal;
    filter.reported = query.reported.then_some(true);
    filter.order = query.order;
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
