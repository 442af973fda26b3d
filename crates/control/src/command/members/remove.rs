//! Ending a membership of an organization: somebody else's, or one's own.

use super::{found, snapshot};
use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::desk::Desk;
use model::actor::Place;
use model::{
    Action, AuditEvent, Error, OrganizationId, OrganizationRole, Resource, Snapshot, UserId,
};
use store::Committed;
use store::members::{self, Member};

/// Ends a membership with what hangs on it: memberships of projects, personal keys, and the
/// person's sessions if they belong to no other organization. Answers with what it was. Wait for
/// the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if they are no member; `Conflict` if they are the last owner; what the policy
/// refuses.
pub fn remove(
    desk: &Desk,
    caller: &Caller,
    organization: OrganizationId,
    user: UserId,
) -> Result<Committed<Member<OrganizationRole>>, Error> {
    desk.act(caller, |work| {
        let place = Place { organization, project: None };
        let own = caller.person() == Some(user);
        let resource = Resource::Organization(organization);
        let permit = decide_own(work, caller, place, Action::RemoveMember, resource, own)?;
        let before = found(work, organization, user)?;
        members::remove_from_organization(work, organization, user)?;
        let detail = if own {
            format!("{} left the organization", before.email)
        } else {
            format!("removed {} from the organization", before.email)
        };
        let event = AuditEvent::done(permit, detail)
            .about(Resource::User(user))
            .changed(snapshot(&before), Snapshot::none());
        Ok((before, event))
    })
}
