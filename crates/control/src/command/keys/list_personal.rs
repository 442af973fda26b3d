//! The personal keys of one person in an organization.

use super::KeyDetail;
use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::desk::Desk;
use model::actor::Place;
use model::{Action, Error, OrganizationId, Resource, UserId};
use store::keys::KeyFilter;
use store::{Listed, Page, keys};

/// The personal keys of a person, newest first: the caller's own, or for an owner of the
/// organization anybody's. Never their secrets.
///
/// # Errors
/// `Invalid` if there is no person behind the caller and none is named; what the policy refuses.
pub fn list_personal(
    desk: &Desk,
    caller: &Caller,
    organization: OrganizationId,
    user: Option<UserId>,
    page: Page,
) -> Result<Listed<KeyDetail>, Error> {
    desk.look(caller, |reader| {
        let place = Place { organization, project: None };
        let user = user.or_else(|| caller.person());
        let own = user.is_some() && user == caller.person();
        let resource = Resource::Organization(organization);
        let _seen = decide_own(reader, caller, place, Action::ViewKey, resource, own)?;
        let user = user.ok_or_else(|| Error::invalid("must be given").in_field("userId"))?;
        let filter = KeyFilter {
            organization: Some(organization),
            user: Some(user),
            ..KeyFilter::default()
        };
        let listed = keys::list(reader, &filter, page)?;
        let items = KeyDetail::of_list(reader, listed.items, Vec::new(), desk.now())?;
        Ok(Listed { items, count: listed.count, page })
    })
}
