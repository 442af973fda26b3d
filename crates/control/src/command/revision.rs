//! Changing only what the caller has seen: a change that expects a revision is refused when
//! somebody else's came first.

use model::{Error, Revision};

/// Refuses if the thing is not at the revision the caller last saw; `None` expects nothing.
pub(super) fn check(what: &str, now: Revision, expected: Option<Revision>) -> Result<(), Error> {
    if expected.is_none_or(|expected| expected == now) {
        return Ok(());
    }
    let message =
        format!("the {what} has changed since you read it: read it again, then repeat your change");
    Err(Error::conflict(message).in_field("If-Match"))
}
