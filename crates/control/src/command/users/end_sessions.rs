//! Ending every session of somebody.

use super::permitted;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, UserId};
use store::sessions;

/// Ends every session of a person. Answers how many there were.
///
/// # Errors
/// `NotFound` if there is no such person, or none the caller may see; what the policy refuses.
pub fn end_sessions(desk: &Desk, caller: &Caller, id: UserId) -> Result<u64, Error> {
    let ended = desk.act(caller, |work| {
        let (user, permit) = permitted(work, caller, id, Action::EndSessions)?;
        let ended = sessions::delete_of_user(work, id, None)?;
        let detail = format!("ended {ended} sessions of {}", user.email);
        Ok((ended, AuditEvent::done(permit, detail)))
    })?;
    Ok(ended.into_value())
}
