//! Signing out, and ending other sessions of one's own.

use crate::caller::Caller;
use crate::command::account::person;
use crate::desk::Desk;
use model::policy::own::decide_own;
use model::{Action, AuditEvent, Error, SessionId};
use store::sessions;

/// Which sessions end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The one the caller came with.
    Own,
    /// This one of the caller's.
    One(SessionId),
    /// All of the caller's but the one it came with.
    Others,
}

/// Ends sessions of the caller. Answers how many.
///
/// # Errors
/// `Invalid` if the caller came with an API key and wants to end its own session; `NotFound` if the
/// caller has no such session; what the policy refuses.
pub fn close(desk: &Desk, caller: &Caller, ending: Ending) -> Result<u64, Error> {
    if ending == Ending::Own && caller.session().is_none() {
        return Err(Error::invalid(
            "an API key has no session to end: delete the key to end what it may do",
        ));
    }
    let user = person(caller)?;
    let ended = desk.act(caller, |work| {
        let permit = decide_own(caller.actor(), user, Action::CloseSession)?;
        let (ended, which) = match (ending, caller.session()) {
            (Ending::Own, Some(id)) => {
                sessions::delete(work, user, id)?;
                (1, id.to_string())
            }
            (Ending::One(id), _) => {
                if !sessions::delete(work, user, id)? {
                    return Err(Error::not_found("session", id).into());
                }
                (1, id.to_string())
            }
            (Ending::Others | Ending::Own, keep) => {
                let ended = sessions::delete_of_user(work, user, keep)?;
                (ended, format!("{ended} other sessions"))
            }
        };
        Ok((ended, AuditEvent::done(permit, format!("ended {which}"))))
    })?;
    tracing::info!(user = %caller.actor(), "signed out");
    Ok(ended.into_value())
}
