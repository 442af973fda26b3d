//! Renaming a project.

use super::snapshot;
use crate::caller::Caller;
use crate::command::revision;
use crate::desk::Desk;
use model::name::ProjectName;
use model::{Action, AuditEvent, Error, ProjectId, Revision};
use store::projects::Project;
use store::{Committed, projects};

/// Gives the project another name.
///
/// # Errors
/// `Conflict` if the name is taken, or the project has changed since the expected revision; what
/// the policy refuses.
pub fn rename(
    desk: &Desk,
    caller: &Caller,
    id: ProjectId,
    name: &ProjectName,
    expected: Option<Revision>,
) -> Result<Committed<Project>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateProject)?;
        revision::check("project", before.revision, expected)?;
        let after = projects::rename(work, id, name)?;
        let detail = format!("renamed project \"{}\" to \"{name}\"", before.name);
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
