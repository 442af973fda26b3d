//! Disabling an account and enabling it again.

use super::permitted;
use crate::caller::Caller;
use crate::command::account::Account;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, UserId};
use store::{Committed, users};

/// Disables an account: sessions end, and once the fence is passed no gateway admits the person's
/// keys. Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if there is no such person, or none the caller may see; what the policy refuses.
pub fn disable(desk: &Desk, caller: &Caller, id: UserId) -> Result<Committed<Account>, Error> {
    desk.act(caller, |work| {
        let (user, permit) = permitted(work, caller, id, Action::UpdateUser)?;
        users::disable(work, id)?;
        let event = AuditEvent::done(permit, format!("disabled {}", user.email));
        Ok((Account::of(work, id)?, event))
    })
}

/// Enables an account again. The person's keys work again; their sessions stay ended.
///
/// # Errors
/// `NotFound` if there is no such person, or none the caller may see; what the policy refuses.
pub fn enable(desk: &Desk, caller: &Caller, id: UserId) -> Result<Committed<Account>, Error> {
    desk.act(caller, |work| {
        let (user, permit) = permitted(work, caller, id, Action::UpdateUser)?;
        users::enable(work, id)?;
        let event = AuditEvent::done(permit, format!("enabled {}", user.email));
        Ok((Account::of(work, id)?, event))
    })
}
