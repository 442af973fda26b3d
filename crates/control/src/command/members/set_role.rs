//! Giving a member another role in the organization.

use super::{found, snapshot};
use crate::caller::Caller;
use crate::command::organizations;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, OrganizationId, OrganizationRole, Resource, UserId};
use store::Committed;
use store::members::{self, Member};

/// Gives a member another role. Wait for the fence before you tell anybody: their personal keys
/// open less, or more.
///
/// # Errors
/// `NotFound` if they are no member; `Conflict` if the organization would be left without an owner;
/// what the policy refuses.
pub fn set_role(
    desk: &Desk,
    caller: &Caller,
    organization: OrganizationId,
    user: UserId,
    role: OrganizationRole,
) -> Result<Committed<Member<OrganizationRole>>, Error> {
    desk.act(caller, |work| {
        let (_, permit) =
            organizations::permitted(work, caller, organization, Action::UpdateMember)?;
        let before = found(work, organization, user)?;
        members::set_organization_role(work, organization, user, role)?;
        let after = found(work, organization, user)?;
        let (old, new) = (before.role.as_str(), role.as_str());
        let event = AuditEvent::done(permit, format!("{} from {old} to {new}", before.email))
            .about(Resource::User(user))
            .changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
