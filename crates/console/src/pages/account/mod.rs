//! A person's own account: name, password, second factor, sessions, personal API keys.

pub(crate) mod keys;
pub(crate) mod second_factor;
pub(crate) mod sessions;
pub(crate) mod show;

/// Where it is.
const HOME: &str = "/console/account";
