//! The invitations to an organization.

use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::command::organizations;
use crate::desk::{Desk, Refusal};
use model::actor::Place;
use model::{Action, Error, OrganizationId, Resource};
use store::invitations::{self, Invitation};
use store::{Listed, Page};

/// The invitations the caller may see, newest first: an owner all of them, anybody else those they
/// sent.
///
/// # Errors
/// `NotFound` for an organization the caller may not see.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    organization: OrganizationId,
    page: Page,
) -> Result<Listed<Invitation>, Error> {
    desk.look(caller, |reader| {
        let _seen =
            organizations::permitted(reader, caller, organization, Action::ViewOrganization)?;
        let place = Place { organization, project: None };
        let resource = Resource::Organization(organization);
        let action = Action::ViewInvitation;
        let inviter = match decide_own(reader, caller, place, action, resource, false) {
            Ok(_) => None,
            Err(Refusal::Denied(_)) => caller.person(),
            Err(failed) => return Err(failed),
        };
        Ok(invitations::list(reader, organization, inviter, page)?)
    })
}
