//! The caller's own sessions.

use crate::caller::Caller;
use crate::command::account::person;
use crate::desk::Desk;
use model::policy::own::decide_own;
use model::{Action, Error, SessionId};
use store::sessions::{self, Session};
use store::{Listed, Page};

/// The caller's sessions that are not over, newest first, and which of them the caller came with.
///
/// # Errors
/// What the policy refuses.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    page: Page,
) -> Result<(Listed<Session>, Option<SessionId>), Error> {
    let user = person(caller)?;
    let listed = desk.look(caller, |reader| {
        let _seen = decide_own(caller.actor(), user, Action::ViewAccount)?;
        Ok(sessions::list(reader, user, desk.now(), page)?)
    })?;
    Ok((listed, caller.session()))
}
