//! A project's plan: there is one, and every project has it.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, Error, ProjectId};
use store::projects::Project;

/// Answers with the project if the caller could change its plan; nothing changes, so nothing is
/// recorded.
///
/// # Errors
/// What the policy refuses.
pub fn set_plan(desk: &Desk, caller: &Caller, id: ProjectId) -> Result<Project, Error> {
    desk.look(caller, |reader| {
        let (project, _) = super::permitted(reader, caller, id, Action::UpdateProject)?;
        Ok(project)
    })
}
