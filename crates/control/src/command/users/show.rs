//! Seeing a person's account.

use super::permitted;
use crate::caller::Caller;
use crate::command::account::Account;
use crate::desk::Desk;
use model::{Action, Error, UserId};

/// The account of a person.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; what the policy refuses.
pub fn show(desk: &Desk, caller: &Caller, id: UserId) -> Result<Account, Error> {
    desk.look(caller, |reader| {
        let (_, _seen) = permitted(reader, caller, id, Action::ViewUser)?;
        Account::of(reader, id)
    })
}
