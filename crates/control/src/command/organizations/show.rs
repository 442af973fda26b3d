//! One organization with its settings.

use super::Membership;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, Error, OrganizationId};
use store::members;

/// The organization with this id.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn show(desk: &Desk, caller: &Caller, id: OrganizationId) -> Result<Membership, Error> {
    desk.look(caller, |reader| {
        let (organization, _) = super::permitted(reader, caller, id, Action::ViewOrganization)?;
        let role = match caller.person() {
            Some(user) => members::organization_role(reader, id, user)?,
            None => None,
        };
        Ok(Membership::open(organization, role))
    })
}
