//! The people of an organization, or of the whole installation.

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::desk::Desk;
use model::actor::Place;
use model::{Action, Actor, Error, OrganizationId, Resource};
use store::users::{self, User, UserFilter};
use store::{Listed, Page, organizations};

/// Which people are asked for.
#[derive(Clone, Debug)]
pub struct ListUsers {
    /// Members of this organization; of the caller's only one if none is named. The operator who
    /// names none is shown everybody.
    pub organization: Option<OrganizationId>,
    /// Whose name, e-mail address or id holds this text only.
    pub search: Option<String>,
    /// Which part of the list.
    pub page: Page,
}

/// The people, oldest account first.
///
/// # Errors
/// What the policy refuses.
pub fn list(desk: &Desk, caller: &Caller, request: ListUsers) -> Result<Listed<User>, Error> {
    desk.look(caller, |reader| {
        let everybody = *caller.actor() == Actor::Operator && request.organization.is_none();
        let organization = home(reader, caller, request.organization)?;
        let place = Place { organization, project: None };
        let resource = Resource::Organization(organization);
        let _seen = decide(reader, caller, place, Action::ViewUser, resource)?;
        if organizations::find(reader, organization)?.is_none() {
            return Err(Error::not_found("organization", organization).into());
        }
        let organization = (!everybody).then_some(organization);
        let filter = UserFilter { organization, search: request.search };
        Ok(users::list(reader, &filter, request.page)?)
    })
}
