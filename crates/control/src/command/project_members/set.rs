//! Making somebody a member of a project, or giving a member another role there.

use super::{keep_an_owner, snapshot};
use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, ProjectId, ProjectRole, Resource, UserId};
use store::Committed;
use store::members::{self, Member};

/// Makes a member of the organization a member of the project, or changes their role there. Wait
/// for the fence before you tell anybody: their personal keys open less, or more.
///
/// # Errors
/// `Conflict` if they are no member of the organization, or the last owner of the project; what the
/// policy refuses.
pub fn set(
    desk: &Desk,
    caller: &Caller,
    project: ProjectId,
    user: UserId,
    role: ProjectRole,
) -> Result<Committed<Member<ProjectRole>>, Error> {
    desk.act(caller, |work| {
        let (project, permit) =
            projects::permitted(work, caller, project, Action::SetProjectMember)?;
        let before = members::find_in_project(work, project.id, user)?;
        if role != ProjectRole::Owner {
            keep_an_owner(work, caller, &project, before.as_ref())?;
        }
        members::set_project_role(work, project.id, user, role)?;
        let after = members::find_in_project(work, project.id, user)?
            .ok_or_else(|| Error::internal("a member of a project is not there"))?;
        let detail = format!("{} as {} of \"{}\"", after.email, role.as_str(), project.name);
        let event = AuditEvent::done(permit, detail)
            .about(Resource::User(user))
            .changed(snapshot(before.as_ref()), snapshot(Some(&after)));
        Ok((after, event))
    })
}
