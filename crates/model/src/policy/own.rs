//! What people may do with their own accounts, and when they may sign in.
//!
//! An account belongs to a person and to no organization, so no role counts here. A personal key
//! may look and nothing else: whoever finds one must not be able to lock its person out. To add an
//! act: its row in [`crate::policy::Action`] and its line in [`needs`].

use super::{Action, Denial, Permit, Resource};
use crate::account::AccountState;
use crate::actor::Actor;
use crate::id::UserId;

/// What an act on one's own account must be done with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// A session or a personal key.
    Either,
    /// A session.
    Session,
    /// What proves the person before there is a session.
    Proof,
}

const fn needs(action: Action) -> Option<Needs> {
    match action {
        Action::ViewAccount => Some(Needs::Either),
        Action::UpdateAccount
        | Action::ChangePassword
        | Action::ChangeSecondFactor
        | Action::CloseSession => Some(Needs::Session),
        Action::OpenSession => Some(Needs::Proof),
        _ => None,
    }
}

/// Whether the act is one of people on their own accounts.
pub(super) const fn is_own(action: Action) -> bool {
    needs(action).is_some()
}

/// What the second factor of somebody who signs in says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// The account has none.
    None,
    /// It was proven.
    Proven,
    /// It was not.
    Wrong,
}

/// Decides an act of a person on their own account.
///
/// # Errors
/// The [`Denial`]: the caller is somebody else, or acts through a key where a session is needed.
pub fn decide_own(actor: &Actor, user: UserId, action: Action) -> Result<Permit, Denial> {
    let rule = match (actor, needs(action)) {
        (Actor::User(person), Some(Needs::Either | Needs::Session)) if *person == user => {
            Some("own account")
        }
        (Actor::PersonalKey { user: person, .. }, Some(Needs::Either)) if *person == user => {
            Some("own account")
        }
        _ => None,
    };
    let resource = Resource::User(user);
    match rule {
        Some(rule) => Ok(Permit { actor: actor.clone(), action, resource, rule }),
        None => Err(denied(actor, action, resource).because(
            "an account is changed by its own person in a session: sign in with \
             POST /v2/sessions or keyward login",
        )),
    }
}

/// Decides whether somebody who knows the password may have a session.
///
/// # Errors
/// The [`Denial`]: the account is disabled, or the second factor was not proven.
pub fn decide_sign_in(user: UserId, state: AccountState, factor: Factor) -> Result<Permit, Denial> {
    let (actor, resource) = (Actor::User(user), Resource::User(user));
    let rule = match factor {
        Factor::None => "password",
        Factor::Proven => "password and second factor",
        Factor::Wrong => return Err(denied(&actor, Action::OpenSession, resource)),
    };
    if let AccountState::Disabled { .. } = state {
        let denial = denied(&actor, Action::OpenSession, resource);
        return Err(denial.because("this account is disabled: ask whoever runs this Keyward"));
    }
    Ok(Permit { actor, action: Action::OpenSession, resource, rule })
}

/// The refusal of somebody who did not prove to be this person; `None` if there is no such account.
/// Nobody is known to have acted, so the record does not name the person as its actor.
pub fn refuse_sign_in(user: Option<UserId>) -> Denial {
    let resource = Resource::User(user.unwrap_or(UserId::NOBODY));
    denied(&Actor::Anonymous, Action::OpenSession, resource)
}

/// Decides whether somebody who has a reset token may set the password of its account.
///
/// # Errors
/// The [`Denial`]: the account is disabled.
pub fn decide_reset(user: UserId, state: AccountState) -> Result<Permit, Denial> {
    let (actor, resource) = (Actor::User(user), Resource::User(user));
    if let AccountState::Disabled { .. } = state {
        let denial = denied(&actor, Action::ChangePassword, resource);
        return Err(denial.because("this account is disabled: ask whoever runs this Keyward"));
    }
    Ok(Permit { actor, action: Action::ChangePassword, resource, rule: "reset token" })
}

/// Decides whether a link with which to set the password of an account is sent to the address of
/// the account, because somebody who gave no proof asked for it. The link reaches its person alone.
///
/// # Errors
/// The [`Denial`]: the account is disabled, or an organization of the person leaves this to owners.
pub fn decide_letter(
    user: UserId,
    state: AccountState,
    owners_only: bool,
) -> Result<Permit, Denial> {
    let (actor, resource) = (Actor::Anonymous, Resource::User(user));
    let denial = || denied(&actor, Action::ResetUser, resource);
    if let AccountState::Disabled { .. } = state {
        return Err(denial().because("the account is disabled"));
    }
    if owners_only {
        return Err(denial().because("an organization of the person leaves resets to its owners"));
    }
    let rule = "letter to the account's address";
    Ok(Permit { actor: Actor::Anonymous, action: Action::ResetUser, resource, rule })
}

fn denied(actor: &Actor, action: Action, resource: Resource) -> Denial {
    Denial { actor: actor.clone(), action, resource, visible: true, reason: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::id::{KeyId, ProjectId};
    use std::fmt::Write;

    #[test]
    fn who_may_do_what_with_an_account() {
        let user = UserId::from_number(1).unwrap();
        let key = KeyId::from_number(2).unwrap();
        let project = ProjectId::from_number(3).unwrap();
        let actors = [
            ("own session", Actor::User(user)),
            ("own key", Actor::PersonalKey { key, user }),
            ("another", Actor::User(UserId::from_number(4).unwrap())),
            ("proj key", Actor::ProjectKey { key, project }),
            ("operator", Actor::Operator),
        ];
        let mut table = format!("{:<22}", "");
        for (name, _) in &actors {
            let _ = write!(table, "{name:<13}");
        }
        for &action in Action::ALL.iter().filter(|&&action| is_own(action)) {
            let _ = write!(table, "\n{:<22}", action.as_str());
            for (_, actor) in &actors {
                let allowed = decide_own(actor, user, action).is_ok();
                let _ = write!(table, "{:<13}", if allowed { "yes" } else { "403" });
            }
        }
        let table: Vec<_> = table.lines().map(str::trim_end).collect();
        insta::assert_snapshot!(table.join("\n"), @r"
                              own session  own key      another      proj key     operator
        session.open          403          403          403          403          403
        session.close         yes          403          403          403          403
        account.view          yes          yes          403          403          403
        account.update        yes          403          403          403          403
        account.password      yes          403          403          403          403
        account.secondFactor  yes          403          403          403          403
        ");
    }

    #[test]
    fn who_may_sign_in() {
        let user = UserId::from_number(1).unwrap();
        let disabled = AccountState::Disabled { since: Timestamp::from_millis(0) };
        let rule = |state, factor| decide_sign_in(user, state, factor).map(|permit| permit.rule());
        assert_eq!(rule(AccountState::Active, Factor::None).unwrap(), "password");
        let both = "password and second factor";
        assert_eq!(rule(AccountState::Active, Factor::Proven).unwrap(), both);
        assert!(rule(AccountState::Active, Factor::Wrong).is_err());
        for factor in [Factor::None, Factor::Proven, Factor::Wrong] {
            assert!(rule(disabled, factor).is_err(), "{factor:?}");
        }
        assert!(decide_reset(user, AccountState::Active).is_ok());
        assert!(decide_reset(user, disabled).is_err());
    }
}
