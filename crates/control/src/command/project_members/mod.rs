//! Members of a project: seen, added, given another role, removed.
//!
//! A project that has an owner keeps one, unless an owner of its organization says otherwise.

mod list;
mod remove;
mod set;

pub use list::list;
pub use remove::remove;
pub use set::set;

use crate::caller::Caller;
use model::{Actor, Error, OrganizationRole, ProjectRole, Snapshot};
use store::Reader;
use store::members::{self, Member};
use store::projects::Project;

/// How a membership is, for the audit trail.
fn snapshot(member: Option<&Member<ProjectRole>>) -> Snapshot {
    member.map_or_else(Snapshot::none, |member| {
        Snapshot::none().with("email", &member.email).with("role", member.role.as_str())
    })
}

/// Refuses to take the last owner away from a project, unless the caller stands above it.
fn keep_an_owner(
    reader: &Reader<'_>,
    caller: &Caller,
    project: &Project,
    leaving: Option<&Member<ProjectRole>>,
) -> Result<(), Error> {
    let owner = leaving.is_some_and(|member| member.role == ProjectRole::Owner);
    if !owner || stands_above(reader, caller, project)? {
        return Ok(());
    }
    if members::owners_of_project(reader, project.id)? > 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "the last owner of a project stays: make somebody else an owner first, or ask an owner of \
         the organization",
    ))
}

fn stands_above(reader: &Reader<'_>, caller: &Caller, project: &Project) -> Result<bool, Error> {
    let Some(person) = caller.person() else {
        return Ok(*caller.actor() == Actor::Operator);
    };
    let role = members::organization_role(reader, project.organization, person)?;
    Ok(role == Some(OrganizationRole::Owner))
}
