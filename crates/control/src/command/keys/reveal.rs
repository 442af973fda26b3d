//! Viewing a key again.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, ApiKey, AuditEvent, Error, KeyId};
use store::{Committed, keys};

/// Decides whether the answer that made a key may be given once more; recorded like a view.
///
/// # Errors
/// As [`reveal`].
pub fn repeat(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<()>, Error> {
    desk.act(caller, |work| {
        let (key, permit) = super::permitted(work, caller, id, Action::RevealKey)?;
        if keys::reveal(work, id)?.is_none() {
            let message = format!("the request made {id}, and that key is shown once only");
            return Err(Error::conflict(message).into());
        }
        let detail = format!("repeated the answer that made key \"{}\"", key.name);
        Ok(((), AuditEvent::done(permit, detail)))
    })
}

/// The plain key, once more. Every view is recorded before the key is shown.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; `Conflict` if no copy is kept,
/// or the key does not work; what the policy refuses.
pub fn reveal(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<ApiKey>, Error> {
    desk.act(caller, |work| {
        let (key, permit) = super::permitted(work, caller, id, Action::RevealKey)?;
        let state = key.life.state(work.now());
        if !state.works() {
            return Err(Error::conflict(format!(
                "the key is {}: what does not work is not shown",
                state.as_str()
            ))
            .into());
        }
        let plain = keys::reveal(work, id)?.ok_or_else(|| {
            Error::conflict(
                "the organization shows keys once, when they are made, and keeps no copy: make a \
                 new key and delete this one",
            )
        })?;
        let event = AuditEvent::done(permit, format!("viewed key \"{}\"", key.name));
        Ok((plain, event))
    })
}
