//! Seeing one's own account.

use super::person;
use crate::caller::Caller;
use crate::desk::{Desk, Refusal};
use model::name::OrganizationName;
use model::policy::own::decide_own;
use model::{Action, Error, OrganizationId, OrganizationRole, UserId};
use store::second_factors::SecondFactor;
use store::users::User;
use store::{Reader, members, organizations, second_factors, users};

/// A person's account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The person.
    pub user: User,
    /// The second factor that is asked of them, if one is.
    pub second_factor: Option<SecondFactor>,
    /// Where they are a member, oldest membership first.
    pub memberships: Vec<Membership>,
}

/// A membership of an organization.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationId,
    /// What it is called.
    pub name: OrganizationName,
    /// The role there.
    pub role: OrganizationRole,
}

impl Account {
    /// Puts an account together.
    pub(in crate::command) fn of(reader: &Reader<'_>, user: UserId) -> Result<Self, Refusal> {
        let person = users::find(reader, user)?.ok_or_else(|| Error::not_found("user", user))?;
        let mut memberships = Vec::new();
        for (id, role) in members::organizations_of(reader, user)? {
            if let Some(organization) = organizations::find(reader, id)? {
                memberships.push(Membership { organization: id, name: organization.name, role });
            }
        }
        let second_factor = second_factors::confirmed(reader, user)?;
        Ok(Self { user: person, second_factor, memberships })
    }
}

/// The caller's own account.
///
/// # Errors
/// `Forbidden` for a caller that is no person.
pub fn show(desk: &Desk, caller: &Caller) -> Result<Account, Error> {
    let user = person(caller)?;
    desk.look(caller, |reader| {
        let _seen = decide_own(caller.actor(), user, Action::ViewAccount)?;
        Account::of(reader, user)
    })
}
