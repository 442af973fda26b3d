//! Making an account for a person, in an organization.

use super::reset::{LIFETIME_MILLIS, ResetLink, link};
use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::desk::Desk;
use model::actor::Place;
use model::name::{Email, PersonName};
use model::{Action, AuditEvent, Error, OrganizationId, OrganizationRole, Resource, UserId};
use store::users::{NewUser, User};
use store::{Committed, members, users};

/// Who is to be given an account.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// What they sign in with.
    pub email: Email,
    /// What they are called; their e-mail address if nothing is given.
    pub name: Option<PersonName>,
    /// Where they become a member; the caller's only organization if none is named.
    pub organization: Option<OrganizationId>,
    /// Their role there.
    pub role: OrganizationRole,
}

/// The account, and the token with which its person sets the first password.
#[derive(Clone, Debug)]
pub struct CreatedUser {
    /// The person.
    pub user: User,
    /// The token leaves here.
    pub link: ResetLink,
}

/// Makes an account without a password and a token to set one with.
///
/// # Errors
/// `Conflict` if the e-mail address has an account; what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateUser,
) -> Result<Committed<CreatedUser>, Error> {
    desk.act(caller, |work| {
        let organization = home(work, caller, request.organization)?;
        let place = Place { organization, project: None };
        let resource = Resource::Organization(organization);
        let permit = decide(work, caller, place, Action::CreateUser, resource)?;
        let name = request.name.map(|name| name.to_string());
        let new = NewUser {
            id: UserId::generate(work.entropy()),
            name: name.unwrap_or_else(|| request.email.to_string()),
            email: request.email,
            password_hash: None,
        };
        let user = users::insert(work, new)?;
        members::set_organization_role(work, organization, user.id, request.role)?;
        let link = link(work, user.id, false, LIFETIME_MILLIS)?;
        let detail = format!("{} as {} of {organization}", user.email, request.role.as_str());
        let event = AuditEvent::done(permit, detail).about(Resource::User(user.id));
        Ok((CreatedUser { user, link }, event))
    })
}
