//! One's own second factor: enrolled, confirmed, disabled, its recovery codes renewed.
//!
//! Secret and recovery codes leave here, once each, and are never shown again.

use super::{Proof, person, proof};
use crate::caller::Caller;
use crate::command::factor::{self, SecondProof};
use crate::desk::Desk;
use crate::totp;
use model::account::{RecoveryCode, TotpCode, TotpSecret};
use model::policy::own::decide_own;
use model::{Action, AuditEvent, Entropy, Error, SecretText};
use store::second_factors::Stage;
use store::{second_factors, users};

/// What an authenticator app is given.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The secret, as people type it.
    pub secret: SecretText,
    /// The same with everything an app wants to know, as apps read it from a QR code.
    pub uri: SecretText,
}

/// Begins to enrol an authenticator app; nothing is asked of who signs in until [`confirm`].
///
/// # Errors
/// `Invalid` if the password is wrong; `Conflict` if there is a second factor already; what the
/// policy refuses.
pub fn enrol(desk: &Desk, caller: &Caller, password: SecretText) -> Result<Enrolment, Error> {
    let secret = TotpSecret::generate(desk.entropy());
    let password = Proof::Password("password", password);
    proof::proven(desk, caller, Action::ChangeSecondFactor, &password, |work, permit, user| {
        second_factors::enrol(work, user.id, &secret)?;
        let enrolment =
            Enrolment { secret: totp::spelled(&secret), uri: totp::uri(&secret, &user.email) };
        Ok((enrolment, AuditEvent::done(permit, "began to enrol an authenticator app")))
    })
}

/// Ends the enrolment with a code of the app. Answers with the recovery codes; other sessions of
/// the person end, because they were opened without the factor.
///
/// # Errors
/// `Invalid` if the code is wrong; `Conflict` if no enrolment is under way; `LimitReached` after
/// too many attempts; what the policy refuses.
pub fn confirm(desk: &Desk, caller: &Caller, code: TotpCode) -> Result<Vec<RecoveryCode>, Error> {
    let id = person(caller)?;
    let user = desk.look(caller, |reader| {
        let _seen = decide_own(caller.actor(), id, Action::ChangeSecondFactor)?;
        Ok(users::find(reader, id)?.ok_or_else(|| Error::not_found("user", id))?)
    })?;
    let now = desk.now();
    let attempt = desk.throttle().attempt(user.email.as_str(), caller.address(), now)?;
    let codes = fresh_codes(desk.entropy());
    let proof = SecondProof::Code(code);
    let done = desk.act(caller, |work| {
        let permit = decide_own(caller.actor(), id, Action::ChangeSecondFactor)?;
        let pending = second_factors::find(work, id)?;
        if pending.is_some_and(|factor| factor.stage == Stage::Pending)
            && !factor::prove(work, id, &proof)?
        {
            let sentence = "is wrong: check that the clock of the app's device is right";
            return Err(Error::invalid(sentence).in_field("code").into());
        }
        second_factors::confirm(work, id)?;
        second_factors::set_recovery_codes(work, id, &codes)?;
        store::sessions::delete_of_user(work, id, caller.session())?;
        Ok(((), AuditEvent::done(permit, "enabled the second factor, with recovery codes")))
    })?;
    desk.throttle().forgive(&attempt);
    done.into_value();
    Ok(codes)
}

/// Takes the second factor and its recovery codes off the caller's account.
///
/// # Errors
/// `Invalid` if the proof is wrong; `Conflict` if there is no second factor; what the policy
/// refuses.
pub fn disable(desk: &Desk, caller: &Caller, proof: &Proof) -> Result<(), Error> {
    proof::proven(desk, caller, Action::ChangeSecondFactor, proof, |work, permit, user| {
        if !second_factors::remove(work, user.id)? {
            return Err(none().into());
        }
        Ok(((), AuditEvent::done(permit, "disabled the second factor")))
    })
}

/// Replaces the caller's recovery codes.
///
/// # Errors
/// `Invalid` if the proof is wrong; `Conflict` if there is no second factor; what the policy
/// refuses.
pub fn renew_codes(
    desk: &Desk,
    caller: &Caller,
    proof: &Proof,
) -> Result<Vec<RecoveryCode>, Error> {
    let codes = fresh_codes(desk.entropy());
    proof::proven(desk, caller, Action::ChangeSecondFactor, proof, |work, permit, user| {
        if second_factors::confirmed(work, user.id)?.is_none() {
            return Err(none().into());
        }
        second_factors::set_recovery_codes(work, user.id, &codes)?;
        Ok(((), AuditEvent::done(permit, "replaced the recovery codes")))
    })?;
    Ok(codes)
}

fn fresh_codes(entropy: &dyn Entropy) -> Vec<RecoveryCode> {
    (0..RecoveryCode::COUNT).map(|_| RecoveryCode::generate(entropy)).collect()
}

fn none() -> Error {
    Error::conflict("the account has no second factor: enable one first")
}
