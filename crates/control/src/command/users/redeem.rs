//! Setting a password with a reset token.

use super::RESET_PREFIX;
use crate::desk::Desk;
use crate::password_policy::{self, Judging};
use crate::{password, token};
use model::policy::own::decide_reset;
use model::{AuditEvent, Denial, Error, SecretText};
use std::net::IpAddr;
use store::users::User;
use store::{Work, organizations, password_resets, second_factors, users};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Redeem {
    /// The token, as somebody sent it.
    pub token: SecretText,
    /// The password that shall hold.
    pub password: SecretText,
    /// Where the request came from.
    pub address: Option<IpAddr>,
}

/// Sets the password and uses the token up. Every session of the person ends. Answers whose it is.
///
/// # Errors
/// `Invalid` if the token is none, was used or is over, or if the password is too weak; `Forbidden`
/// if the account is disabled.
pub fn redeem(desk: &Desk, request: &Redeem) -> Result<User, Error> {
    let token = token::parse(RESET_PREFIX, request.token.expose()).ok_or_else(invalid)?;
    let now = desk.now();
    // A token cannot be guessed, so nothing is hashed for who has none.
    let (email, second_factor, policy) = desk.store().read(|reader| {
        let reset = password_resets::find(reader, &token, now)?.ok_or_else(invalid)?;
        let user = users::find(reader, reset.user)?.ok_or_else(invalid)?;
        let factor = second_factors::confirmed(reader, reset.user)?;
        let policy = organizations::password_policy_of(reader, reset.user)?;
        Ok((user.email, factor.is_some() && !reset.removes_second_factor, policy))
    })?;
    let by = Judging { email: &email, second_factor, policy, field: "newPassword" };
    password_policy::judge(&request.password, by)?;
    let hash = SecretText::new(password::hash(&request.password, desk.entropy())?);
    let mut denial = None;
    let done = desk.store().write(|work| set(work, &token, &hash, request.address, &mut denial));
    desk.record(request.address, denial)?;
    done.map(store::Committed::into_value)
}

fn set(
    work: &mut Work<'_>,
    token: &SecretText,
    hash: &SecretText,
    address: Option<IpAddr>,
    refused: &mut Option<Denial>,
) -> Result<(User, AuditEvent), Error> {
    let reset = password_resets::find(work, token, work.now())?.ok_or_else(invalid)?;
    let user = users::find(work, reset.user)?.ok_or_else(invalid)?;
    let permit = decide_reset(user.id, user.state).map_err(|denial| {
        let error = denial.to_error();
        *refused = Some(denial);
        error
    })?;
    users::set_password_hash(work, user.id, hash, None)?;
    let removed = reset.removes_second_factor && second_factors::remove(work, user.id)?;
    let also = if removed { " and took the second factor off" } else { "" };
    let event = AuditEvent::done(permit, format!("set a password with a reset token{also}"));
    Ok((user, event.from_address(address)))
}

fn invalid() -> Error {
    let sentence = "is none, was used already or is over: ask an owner for another";
    Error::invalid(sentence).in_field("token")
}
