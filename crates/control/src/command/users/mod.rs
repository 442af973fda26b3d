//! People, as an owner of all their organizations or the operator manages them.
//!
//! An account belongs to its person. Somebody else may act on it only if they own every
//! organization the person is a member of, because whoever can set a password can be that person.
//! Nobody acts on their own account here: that is what [`super::account`] is for, with its proofs.

mod create;
mod end_sessions;
mod forgotten;
mod list;
mod redeem;
mod remove_second_factor;
mod reset;
mod show;
mod switch;

pub use create::{CreateUser, CreatedUser, create};
pub use end_sessions::end_sessions;
pub use forgotten::{Forgotten, LinkLetter, LinkWords, forgotten};
pub use list::{ListUsers, list};
pub use redeem::{Redeem, redeem};
pub use remove_second_factor::remove_second_factor;
pub use reset::{RESET_PREFIX, ResetLink, ResetUser, reset};
pub use show::show;
pub use switch::{disable, enable};

use crate::caller::Caller;
use crate::desk::Refusal;
use crate::standing;
use model::actor::{Place, Standing};
use model::{Action, Error, OrganizationRole, Permit, Resource, UserId, policy};
use store::users::User;
use store::{Reader, members, users};

/// Loads a person and decides one act on their account.
fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    id: UserId,
    action: Action,
) -> Result<(User, Permit), Refusal> {
    let user = users::find(reader, id)?.ok_or_else(|| Error::not_found("user", id))?;
    let (mut owned, mut seen, mut all) = (0, 0, 0);
    for (organization, _) in members::organizations_of(reader, id)? {
        let place = Place { organization, project: None };
        let role = standing::towards(reader, caller, place)?.organization;
        all += 1;
        seen += usize::from(role.is_some());
        owned += usize::from(role == Some(OrganizationRole::Owner));
    }
    let own = caller.person() == Some(id);
    let organization = match (owned, seen) {
        (_, 0) => None,
        (owned, _) if owned == all && (!own || action == Action::ViewUser) => {
            Some(OrganizationRole::Owner)
        }
        _ => Some(OrganizationRole::Member),
    };
    let standing = Standing { organization, ..Standing::NONE };
    let decided = policy::decide(caller.actor(), standing, action, Resource::User(id));
    let permit = decided.map_err(|denial| match owned {
        0 => denial,
        _ if own => denial.because(
            "nobody may do this to their own account: use /v2/account, or keyward account",
        ),
        _ => denial.because(
            "the person is a member of organizations that you do not own: ask whoever runs this \
             Keyward",
        ),
    })?;
    Ok((user, permit))
}
