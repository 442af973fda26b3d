//! A person's own account: seen, renamed, given another password and a second factor.
//!
//! Everything that changes one needs a session, and what weakens it needs the password or the
//! second factor again ([`proof`]): a session that somebody left open must not lose the account.

mod change_password;
mod proof;
mod rename;
mod show;
pub mod totp;

pub use change_password::{ChangePassword, change_password};
pub use proof::Proof;
pub use rename::rename;
pub use show::{Account, Membership, show};

use crate::caller::Caller;
use model::{Error, ErrorKind, UserId};

/// The person behind the caller.
pub(super) fn person(caller: &Caller) -> Result<UserId, Error> {
    caller.person().ok_or_else(|| {
        Error::new(
            ErrorKind::Forbidden,
            "only people have an account: use a session or a personal API key",
        )
    })
}
