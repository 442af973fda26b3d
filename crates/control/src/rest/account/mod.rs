//! `/v2/account`: the caller's own account.

mod password;
mod show;
mod totp;

pub(crate) use password::{CHANGE_PASSWORD, NEW_PASSWORD, change_password};
pub(crate) use show::{AccountBody, SHOW, UPDATE, show, update};
pub(crate) use totp::{CONFIRM, DISABLE, ENROL, RENEW_CODES, confirm, disable, enrol, renew_codes};
