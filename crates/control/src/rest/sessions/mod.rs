//! `/v2/sessions`: signing in and out.

mod close;
mod open;

pub(crate) use close::{CLOSE, close};
pub(crate) use open::{OPEN, open};
