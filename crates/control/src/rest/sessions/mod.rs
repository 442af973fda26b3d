//! `/v2/sessions`: signing in and out, and which sessions there are.

mod close;
mod list;
mod open;

pub(crate) use close::{CLOSE, CLOSE_ONE, CLOSE_OTHERS, close, close_one, close_others};
pub(crate) use list::{LIST, list};
pub(crate) use open::{CODE, OPEN, open, second};
