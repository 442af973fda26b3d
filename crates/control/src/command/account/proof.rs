//! Asking a person who has a session once more who they are.
//!
//! Attempts are counted together with those to sign in, so that a session somebody left open is no
//! place to guess. A password is verified before the change begins, because hashing is slow, and
//! must be the same within it; a code is proven, and used up, within it.

use super::person;
use crate::caller::Caller;
use crate::command::factor::{self, SecondProof};
use crate::desk::{Desk, Refusal};
use model::policy::own::decide_own;
use model::{Action, AuditEvent, Error, Permit, SecretText};
use store::users::{self, User};
use store::{Work, second_factors};

/// What a person shows.
#[derive(Clone, Debug)]
pub enum Proof {
    /// Their password, in this field of the request.
    Password(&'static str, SecretText),
    /// Their second factor.
    Second(SecondProof),
}

/// Changes something of the caller's own account, if the proof is right.
pub(super) fn proven<T>(
    desk: &Desk,
    caller: &Caller,
    action: Action,
    proof: &Proof,
    work: impl FnOnce(&mut Work<'_>, Permit, &User) -> Result<(T, AuditEvent), Refusal>,
) -> Result<T, Error> {
    let nothing = || Ok(());
    proven_with(desk, caller, action, proof, nothing, |change, permit, user, ()| {
        work(change, permit, user)
    })
}

/// The same, with something slow that the change needs. It is made after the attempt was counted
/// and a password was right, and before the change begins.
pub(super) fn proven_with<T, P>(
    desk: &Desk,
    caller: &Caller,
    action: Action,
    proof: &Proof,
    prepare: impl FnOnce() -> Result<P, Error>,
    work: impl FnOnce(&mut Work<'_>, Permit, &User, P) -> Result<(T, AuditEvent), Refusal>,
) -> Result<T, Error> {
    let id = person(caller)?;
    let (user, hash) = desk.look(caller, |reader| {
        let _seen = decide_own(caller.actor(), id, action)?;
        let user = users::find(reader, id)?.ok_or_else(|| Error::not_found("user", id))?;
        Ok((user, users::password_hash(reader, id)?))
    })?;
    let now = desk.now();
    let attempt = desk.throttle().attempt(user.email.as_str(), caller.address(), now)?;
    if let Proof::Password(field, password) = proof
        && !desk.passwords().verify(password, hash.as_ref().map(SecretText::expose))
    {
        return Err(Error::invalid("is not the password of the account").in_field(field));
    }
    let prepared = prepare()?;
    let done = desk.act(caller, |change| {
        let permit = decide_own(caller.actor(), id, action)?;
        match proof {
            Proof::Password(..) => {
                let present = users::password_hash(change, id)?;
                if !present.zip(hash).is_some_and(|(present, hash)| present.matches(&hash)) {
                    let message = "the password was changed meanwhile: try again";
                    return Err(Error::conflict(message).into());
                }
            }
            Proof::Second(second) => {
                let confirmed = second_factors::confirmed(change, id)?.is_some();
                if !confirmed || !factor::prove(change, id, second)? {
                    let wrong = factor::wrong(second);
                    let sentence = wrong.message();
                    let field = wrong.field().unwrap_or("code");
                    let sentence = sentence.trim_start_matches(field).trim_start_matches(": ");
                    return Err(Error::invalid(sentence).in_field(field).into());
                }
            }
        }
        work(change, permit, &user, prepared)
    })?;
    desk.throttle().forgive(&attempt);
    Ok(done.into_value())
}
