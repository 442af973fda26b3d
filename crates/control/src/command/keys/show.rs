//! One key's record.

use super::KeyDetail;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, Error, KeyId};

/// The record of the key with this id, never its secret.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn show(desk: &Desk, caller: &Caller, id: KeyId) -> Result<KeyDetail, Error> {
    desk.look(caller, |reader| {
        let (key, _) = super::permitted(reader, caller, id, Action::ViewKey)?;
        Ok(KeyDetail::of(reader, key, desk.now())?)
    })
}
