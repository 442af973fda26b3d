//! Changing one's own password.

use super::{Proof, person, proof};
use crate::caller::Caller;
use crate::desk::Desk;
use crate::password;
use crate::password_policy::{self, Judging};
use model::policy::own::decide_own;
use model::{Action, AuditEvent, Error, SecretText};
use store::{organizations, second_factors, users};

/// What is to be changed.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The password that holds now.
    pub old: SecretText,
    /// The one that shall hold.
    pub new: SecretText,
}

/// Sets another password, and ends every other session and a reset token of the caller.
///
/// # Errors
/// `Invalid` if the old password is wrong or the new one is too weak; `LimitReached` after too many
/// attempts; what the policy refuses.
pub fn change_password(desk: &Desk, caller: &Caller, request: ChangePassword) -> Result<(), Error> {
    let id = person(caller)?;
    let (user, factor, policy) = desk.look(caller, |reader| {
        let _seen = decide_own(caller.actor(), id, Action::ChangePassword)?;
        let user = users::find(reader, id)?.ok_or_else(|| Error::not_found("user", id))?;
        let policy = organizations::password_policy_of(reader, id)?;
        Ok((user, second_factors::confirmed(reader, id)?, policy))
    })?;
    if request.new.matches(&request.old) {
        let sentence = "is the password that holds now: choose another";
        return Err(Error::invalid(sentence).in_field("newPassword"));
    }
    let second_factor = factor.is_some();
    let by = Judging { email: &user.email, second_factor, policy, field: "newPassword" };
    password_policy::judge(&request.new, by)?;
    let hash = || Ok(SecretText::new(password::hash(&request.new, desk.entropy())?));
    let old = Proof::Password("oldPassword", request.old);
    let action = Action::ChangePassword;
    proof::proven_with(desk, caller, action, &old, hash, |work, permit, user, hash| {
        users::set_password_hash(work, user.id, &hash, caller.session())?;
        Ok(((), AuditEvent::done(permit, "set another password and ended other sessions")))
    })
}
