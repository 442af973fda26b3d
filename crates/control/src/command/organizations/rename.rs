//! Renaming an organization.

use super::snapshot;
use crate::caller::Caller;
use crate::command::revision;
use crate::desk::Desk;
use model::name::OrganizationName;
use model::{Action, AuditEvent, Error, OrganizationId, Revision};
use store::organizations::Organization;
use store::{Committed, organizations};

/// Gives the organization another name.
///
/// # Errors
/// `Conflict` if the organization has changed since the expected revision; what the policy refuses.
pub fn rename(
    desk: &Desk,
    caller: &Caller,
    id: OrganizationId,
    name: &OrganizationName,
    expected: Option<Revision>,
) -> Result<Committed<Organization>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateOrganization)?;
        revision::check("organization", before.revision, expected)?;
        let after = organizations::rename(work, id, name)?;
        let detail = format!("renamed organization \"{}\" to \"{name}\"", before.name);
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
