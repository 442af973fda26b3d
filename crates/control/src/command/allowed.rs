//! What a caller may do at a place, so that a front shows no door that would not open.
//!
//! This lets nobody do anything: each act is decided again by its own command, and what is not
//! allowed here is nobody's denied attempt, so nothing is recorded. It must never tell of a place
//! that the caller may not see.

use super::{organizations, projects};
use crate::caller::Caller;
use crate::desk::Desk;
use crate::standing;
use model::actor::Place;
use model::{Action, Error, OrganizationId, ProjectId, Resource, policy};
use store::Reader;

/// The acts a caller may do at one place.
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<Action>);

impl Allowed {
    /// Whether this act is one of them.
    pub fn may(&self, action: Action) -> bool {
        self.0.contains(&action)
    }

    fn at(
        reader: &Reader<'_>,
        caller: &Caller,
        place: Place,
        resource: Resource,
    ) -> Result<Self, Error> {
        let standing = standing::towards(reader, caller, place)?;
        let allowed =
            |action: &&Action| policy::decide(caller.actor(), standing, **action, resource).is_ok();
        Ok(Self(Action::ALL.iter().filter(allowed).copied().collect()))
    }
}

/// What the caller may do in an organization, to things that are not their own.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn in_organization(desk: &Desk, caller: &Caller, id: OrganizationId) -> Result<Allowed, Error> {
    desk.look(caller, |reader| {
        let _seen = organizations::permitted(reader, caller, id, Action::ViewOrganization)?;
        let place = Place { organization: id, project: None };
        Ok(Allowed::at(reader, caller, place, Resource::Organization(id))?)
    })
}

/// What the caller may do in a project and to its clusters and keys.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn in_project(desk: &Desk, caller: &Caller, id: ProjectId) -> Result<Allowed, Error> {
    desk.look(caller, |reader| {
        let (project, _) = projects::permitted(reader, caller, id, Action::ViewProject)?;
        Ok(Allowed::at(reader, caller, projects::place(&project), Resource::Project(id))?)
    })
}
