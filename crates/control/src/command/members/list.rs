//! The members of an organization.

use crate::caller::Caller;
use crate::command::organizations;
use crate::desk::Desk;
use model::{Action, Error, OrganizationId, OrganizationRole};
use store::members::{self, Member};
use store::{Listed, Page};

/// The members, oldest membership first.
///
/// # Errors
/// `NotFound` for an organization the caller may not see.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    organization: OrganizationId,
    page: Page,
) -> Result<Listed<Member<OrganizationRole>>, Error> {
    desk.look(caller, |reader| {
        let _seen = organizations::permitted(reader, caller, organization, Action::ViewMember)?;
        Ok(members::list_of_organization(reader, organization, page)?)
    })
}
