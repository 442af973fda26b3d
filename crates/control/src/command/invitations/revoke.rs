//! Taking an invitation back.

use super::snapshot;
use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::desk::Desk;
use model::actor::Place;
use model::{Action, AuditEvent, Error, InvitationId, Resource, Snapshot};
use store::Committed;
use store::invitations::{self, Invitation};

/// Takes an invitation back and answers with what it was: its token opens nothing any more.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; what the policy refuses.
pub fn revoke(
    desk: &Desk,
    caller: &Caller,
    id: InvitationId,
) -> Result<Committed<Invitation>, Error> {
    desk.act(caller, |work| {
        let invitation =
            invitations::find(work, id)?.ok_or_else(|| Error::not_found("invitation", id))?;
        let place = Place { organization: invitation.organization, project: None };
        let own = invitation.inviter.is_some() && invitation.inviter == caller.person();
        let resource = Resource::Invitation(id);
        let permit = decide_own(work, caller, place, Action::RevokeInvitation, resource, own)?;
        invitations::delete(work, id)?;
        let event = AuditEvent::done(permit, format!("for {}", invitation.email))
            .changed(snapshot(&invitation), Snapshot::none());
        Ok((invitation, event))
    })
}
