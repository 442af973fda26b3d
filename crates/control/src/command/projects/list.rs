//! The projects a caller may see.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, Actor, Error, OrganizationId};
use store::projects::Project;
use store::{Reader, members, organizations};

/// Every project the caller may see, in all organizations the caller belongs to.
///
/// # Errors
/// `Unavailable` if the store does not answer.
pub fn list(desk: &Desk, caller: &Caller) -> Result<Vec<Project>, Error> {
    desk.look(caller, |reader| {
        let mut projects = Vec::new();
        for organization in organizations_of(reader, caller)? {
            projects.extend(super::all_permitted(
                reader,
                caller,
                organization,
                Action::ViewProject,
            )?);
        }
        Ok(projects)
    })
}

/// The organizations the caller could see projects of.
fn organizations_of(reader: &Reader<'_>, caller: &Caller) -> Result<Vec<OrganizationId>, Error> {
    if let Some(only) = caller.organization() {
        return Ok(vec![only]);
    }
    if let Actor::User(user) = caller.actor() {
        let all = members::organizations_of(reader, *user)?;
        return Ok(all.into_iter().map(|(id, _)| id).collect());
    }
    let first = organizations::first(reader)?;
    Ok(first.into_iter().map(|organization| organization.id).collect())
}
