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
use store::keys::{KeyCursor, KeyFilter, KeyOrder, KeyStart, KeyWalk};
use store::projects::Project;
use store::{Page, Reader, keys};

/// Which keys are asked for.
#[derive(Clone, Debug)]
pub struct ListKeys {
    /// Keys of this organization; the caller's only one if none is named.
    pub organization: Option<OrganizationId>,
    /// Keys of this project only.
    pub project: Option<ProjectId>,
    /// Keys that a search for this text finds only: every word of it begins a word of their name or
    /// description, or it begins their id.
    pub search: Option<String>,
    /// Which of these, and in which order.
    pub query: KeyQuery,
    /// Which part of the list.
    pub part: KeyPart,
}

/// Which part of a list of keys is asked for.
#[derive(Clone, Debug)]
pub enum KeyPart {
    /// A page by its number, and how many keys there are in all.
    Page(Page),
    /// So many keys from there; this costs the same wherever it is.
    Walk(KeyStart, u32),
}

/// A part of a list of keys.
#[derive(Clone, Debug)]
pub struct KeyListing {
    /// The keys.
    pub items: Vec<KeyDetail>,
    /// How many keys the whole list holds. A walk says it only where it is known without looking
    /// at each of them.
    pub count: Option<u64>,
    /// Where to go back from here, if there are keys before these.
    pub before: Option<KeyCursor>,
    /// Where to go on from here, if there are keys after these.
    pub after: Option<KeyCursor>,
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
pub fn list(desk: &Desk, caller: &Caller, request: ListKeys) -> Result<KeyListing, Error> {
    desk.look(caller, |reader| {
        let (mut filter, projects) = permitted_filter(reader, caller, &request)?;
        let now = desk.now();
        filter.search = request.search;
        narrow(&mut filter, request.query, now);
        let (walk, count) = part(reader, &filter, &request.part)?;
        let first = walk.items.first().filter(|_| walk.before).map(|entry| entry.cursor.clone());
        let last = walk.items.last().filter(|_| walk.after).map(|entry| entry.cursor.clone());
        let items = KeyDetail::of_list(reader, walk.items, projects, now)?;
        Ok(KeyListing { items, count, before: first, after: last })
    })
}

fn part(
    reader: &Reader<'_>,
    filter: &KeyFilter,
    part: &KeyPart,
) -> Result<(KeyWalk, Option<u64>), Error> {
    match part {
        KeyPart::Walk(start, size) => {
            let count = keys::known_count(reader, filter)?;
            Ok((keys::walk(reader, filter, start, *size)?, count))
        }
        KeyPart::Page(page) => {
            let listed = keys::list(reader, filter, *page)?;
            let upto = u64::from(page.number()) * u64::from(page.size());
            let (before, after) = (page.number() > 1, upto < listed.count);
            Ok((KeyWalk { items: listed.items, before, after }, Some(listed.count)))
        }
    }
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

/// The widest filter the policy allows within what is asked for, and the projects it names.
fn permitted_filter(
    reader: &Reader<'_>,
    caller: &Caller,
    request: &ListKeys,
) -> Result<(KeyFilter, Vec<Project>), Refusal> {
    let of_key = match caller.actor() {
        Actor::ProjectKey { project, .. } => Some(*project),
        _ => None,
    };
    if let Some(id) = request.project.or(of_key) {
        // The permit is for seeing, which is done below and leaves no record.
        let (project, _seen) = projects::permitted(reader, caller, id, Action::ViewKey)?;
        return Ok(of_projects(vec![project]));
    }
    let organization = home(reader, caller, request.organization)?;
    let place = Place { organization, project: None };
    let resource = Resource::Organization(organization);
    let Err(denial) = decide(reader, caller, place, Action::ViewKey, resource) else {
        let filter = KeyFilter { organization: Some(organization), ..KeyFilter::default() };
        return Ok((filter, Vec::new()));
    };
    let some = projects::all_permitted(reader, caller, organization, Action::ViewKey)?;
    if some.is_empty() {
        return Err(denial);
    }
    Ok(of_projects(some))
}

fn of_projects(projects: Vec<Project>) -> (KeyFilter, Vec<Project>) {
    let ids = projects.iter().map(|project| project.id).collect();
    (KeyFilter { projects: Some(ids), ..KeyFilter::default() }, projects)
}
