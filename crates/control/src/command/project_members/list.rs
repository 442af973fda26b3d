//! The members of a project.

use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Desk;
use model::{Action, Error, ProjectId, ProjectRole};
use store::members::{self, Member};
use store::{Listed, Page};

/// The members, oldest membership first. Owners of the organization are not among them unless they
/// were made members of the project, too.
///
/// # Errors
/// `NotFound` for a project the caller may not see; what the policy refuses.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    project: ProjectId,
    page: Page,
) -> Result<Listed<Member<ProjectRole>>, Error> {
    desk.look(caller, |reader| {
        let _seen = projects::permitted(reader, caller, project, Action::ViewProjectMember)?;
        Ok(members::list_of_project(reader, project, page)?)
    })
}
