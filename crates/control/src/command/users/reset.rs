//! Making a token with which a person sets a new password.

use super::permitted;
use crate::caller::Caller;
use crate::desk::Desk;
use crate::token;
use model::account::AccountState;
use model::{Action, AuditEvent, Error, SecretText, Timestamp, UserId};
use store::password_resets::PasswordReset;
use store::{Committed, Work, password_resets};

/// What every reset token starts with.
pub const RESET_PREFIX: &str = "kwr_";
/// How long a reset token works.
pub(super) const LIFETIME_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// How long one works that came in a letter which anybody could have asked for.
pub(super) const LETTER_MILLIS: i64 = 30 * 60 * 1000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ResetUser {
    /// The person.
    pub user: UserId,
    /// Whether the token takes the second factor off as well, for somebody who lost it too.
    pub remove_second_factor: bool,
}

/// A reset token. It leaves here.
#[derive(Clone, Debug)]
pub struct ResetLink {
    /// What proves the right to set the password, once.
    pub token: SecretText,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Makes a token, in place of an earlier one of the same person. What holds now goes on until the
/// token is used.
///
/// # Errors
/// `NotFound` if there is no such person, or none the caller may see; `Conflict` if the account is
/// disabled; what the policy refuses.
pub fn reset(
    desk: &Desk,
    caller: &Caller,
    request: ResetUser,
) -> Result<Committed<ResetLink>, Error> {
    desk.act(caller, |work| {
        let (user, permit) = permitted(work, caller, request.user, Action::ResetUser)?;
        if user.state != AccountState::Active {
            let message = "the account is disabled: enable it before you reset its password";
            return Err(Error::conflict(message).into());
        }
        let link = link(work, user.id, request.remove_second_factor, LIFETIME_MILLIS)?;
        let also = if request.remove_second_factor {
            ", which takes the second factor off too"
        } else {
            ""
        };
        let detail = format!("made a reset token for {}{also}", user.email);
        Ok((link, AuditEvent::done(permit, detail)))
    })
}

/// Keeps a new token.
pub(super) fn link(
    work: &mut Work<'_>,
    user: UserId,
    removes_second_factor: bool,
    lifetime_millis: i64,
) -> Result<ResetLink, Error> {
    let token = token::generate(RESET_PREFIX, work.entropy());
    let expires_at = Timestamp::from_millis(work.now().millis() + lifetime_millis);
    let reset = PasswordReset { user, removes_second_factor, expires_at };
    password_resets::insert(work, &token, reset)?;
    Ok(ResetLink { token, expires_at })
}
