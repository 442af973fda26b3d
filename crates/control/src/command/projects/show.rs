//! One project.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, Error, ProjectId};
use store::projects::Project;

/// The project with this id.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn show(desk: &Desk, caller: &Caller, id: ProjectId) -> Result<Project, Error> {
    desk.look(caller, |reader| {
        let (project, _) = super::permitted(reader, caller, id, Action::ViewProject)?;
        Ok(project)
    })
}
