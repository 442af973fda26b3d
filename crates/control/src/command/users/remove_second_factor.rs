//! Taking the second factor off somebody's account.

use super::permitted;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, UserId};
use store::second_factors;

/// Takes second factor and recovery codes off the account of somebody who lost them.
///
/// # Errors
/// `NotFound` if there is no such person, or none the caller may see; `Conflict` if there is no
/// second factor; what the policy refuses.
pub fn remove_second_factor(desk: &Desk, caller: &Caller, id: UserId) -> Result<(), Error> {
    let removed = desk.act(caller, |work| {
        let (user, permit) = permitted(work, caller, id, Action::RemoveSecondFactor)?;
        if !second_factors::remove(work, id)? {
            return Err(Error::conflict("the account has no second factor").into());
        }
        let detail = format!("took the second factor off {}", user.email);
        Ok(((), AuditEvent::done(permit, detail)))
    })?;
    removed.into_value();
    Ok(())
}
