//! Viewing a key again.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, ApiKey, AuditEvent, Error, KeyId};
use store::{Committed, keys};

/// The plain key, once more. Every view is recorded before the key is shown.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; `Conflict` if no copy is kept; what the
/// policy refuses.
pub fn reveal(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<ApiKey>, Error> {
    desk.act(caller, |work| {
        let (key, permit) = super::permitted(work, caller, id, Action::RevealKey)?;
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
