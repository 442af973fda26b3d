//! Giving oneself another name.

use super::{Account, person};
use crate::caller::Caller;
use crate::desk::Desk;
use model::name::PersonName;
use model::policy::own::decide_own;
use model::{Action, AuditEvent, Error};
use store::users;

/// Renames the caller. Answers with the account as it is now.
///
/// # Errors
/// What the policy refuses.
pub fn rename(desk: &Desk, caller: &Caller, name: &PersonName) -> Result<Account, Error> {
    let user = person(caller)?;
    let renamed = desk.act(caller, |work| {
        let permit = decide_own(caller.actor(), user, Action::UpdateAccount)?;
        users::rename(work, user, name)?;
        let event = AuditEvent::done(permit, format!("renamed to \"{name}\""));
        Ok((Account::of(work, user)?, event))
    })?;
    Ok(renamed.into_value())
}
