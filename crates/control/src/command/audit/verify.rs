//! Whether the audit trail is as it was written.

use super::permitted;
use crate::caller::Caller;
use crate::desk::Desk;
use model::Error;
use store::audit::{self, Verification};

/// Walks the whole trail, of every organization: it is one chain. Takes as long as reading it.
///
/// # Errors
/// What the policy refuses; an altered trail is an answer, not an error.
pub fn verify(desk: &Desk, caller: &Caller) -> Result<Verification, Error> {
    desk.look(caller, |reader| {
        permitted(reader, caller, None)?;
        Ok(audit::verify(reader)?)
    })
}
