//! Signing out.

use crate::caller::Caller;
use crate::desk::Desk;
use model::Error;
use store::sessions;

/// Ends the session the caller came with.
///
/// # Errors
/// `Invalid` if the caller came with an API key.
pub fn close(desk: &Desk, caller: &Caller) -> Result<(), Error> {
    let Some(token) = caller.session() else {
        return Err(Error::invalid(
            "an API key has no session to end: delete the key to end what it may do",
        ));
    };
    sessions::close(desk.store(), token)?;
    tracing::info!(user = %caller.actor(), "signed out");
    Ok(())
}
