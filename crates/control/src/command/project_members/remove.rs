//! Ending a membership of a project: somebody else's, or one's own.

use super::{keep_an_owner, snapshot};
use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::command::projects::place;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, ProjectId, ProjectRole, Resource, Snapshot, UserId};
use store::members::{self, Member};
use store::{Committed, projects};

/// Ends a membership of a project and answers with what it was. Wait for the fence before you tell
/// anybody: their personal keys open less.
///
/// # Errors
/// `NotFound` if they are no member; `Conflict` if they are the last owner; what the policy
/// refuses.
pub fn remove(
    desk: &Desk,
    caller: &Caller,
    project: ProjectId,
    user: UserId,
) -> Result<Committed<Member<ProjectRole>>, Error> {
    desk.act(caller, |work| {
        let project =
            projects::find(work, project)?.ok_or_else(|| Error::not_found("project", project))?;
        let member = members::find_in_project(work, project.id, user)?;
        let own = member.is_some() && caller.person() == Some(user);
        let resource = Resource::Project(project.id);
        let action = Action::RemoveProjectMember;
        let permit = decide_own(work, caller, place(&project), action, resource, own)?;
        let before = member.ok_or_else(|| Error::not_found("member", user))?;
        keep_an_owner(work, caller, &project, Some(&before))?;
        members::remove_from_project(work, project.id, user)?;
        let event = AuditEvent::done(permit, format!("{} of \"{}\"", before.email, project.name))
            .about(Resource::User(user))
            .changed(snapshot(Some(&before)), Snapshot::none());
        Ok((before, event))
    })
}
