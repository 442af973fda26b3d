//! Deleting a key.

use super::{KeyDetail, snapshot};
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, KeyId, Snapshot};
use store::{Committed, keys};

/// Deletes a key and answers with what it was. Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; what the policy refuses.
pub fn delete(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<KeyDetail>, Error> {
    desk.act(caller, |work| {
        let (key, permit) = super::permitted(work, caller, id, Action::DeleteKey)?;
        let detail = KeyDetail::of(work, key)?;
        keys::delete(work, id)?;
        let event = AuditEvent::done(permit, format!("deleted key \"{}\"", detail.key.name))
            .changed(snapshot(&detail.key), Snapshot::none());
        Ok((detail, event))
    })
}
