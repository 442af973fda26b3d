//! `/v2/organizations/{id}/personalKeys`: keys that follow their person's roles.
//!
//! Each is shown, viewed, renamed and deleted under `/v2/apiKeys` like any other key.

mod create;
mod list;

pub(crate) use create::{CREATE, create};
pub(crate) use list::{LIST, list};
