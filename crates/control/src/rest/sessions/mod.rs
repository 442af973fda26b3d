//! `/v2/sessions`: signing in and out.

mod close;
mod open;

pub(crate) use close::close;
pub(crate) use open::open;
