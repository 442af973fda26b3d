//! The answer to a question about a call, as a sentence.
//!
//! It says what was decided and must never decide. To word one more rule: its arm in [`because`] or
//! [`against`]; a rule without one is told in the words that the caller itself gets.

use super::Subject;
use crate::explain::{Allowed, Question, Refused};
use model::KeyState;

/// How many names are told in a sentence.
const MOST_TOLD: usize = 10;
const SEES: &str = "; of the answer it sees only ";

/// Why a call is allowed, and how far.
pub(super) fn allowed(
    subject: &Subject,
    rpc: &str,
    privilege: Option<&str>,
    question: &Question,
    allowed: &Allowed,
) -> String {
    let mut said = format!("{} may call {rpc}{}", name(subject), on(question));
    if allowed.own_only {
        said += " about itself and nobody else";
    }
    said += ": ";
    said += &because(subject, privilege, allowed);
    if let Some(sees) = &allowed.sees {
        let told: Vec<&str> = sees.iter().take(MOST_TOLD).map(String::as_str).collect();
        let more = if sees.len() > MOST_TOLD { " and others" } else { "" };
        said += if told.is_empty() { "; the answer shows it nothing" } else { SEES };
        said += &told.join(", ");
        said += more;
    }
    said
}

fn because(subject: &Subject, privilege: Option<&str>, allowed: &Allowed) -> String {
    let privilege = privilege.unwrap_or("no privilege");
    match (allowed.rule, subject) {
        ("any key" | "any user", _) => {
            "every caller with a valid credential may, whatever its role".to_owned()
        }
        ("organization owner", Subject::Key(_)) => {
            "it is the key of an owner of the organization".to_owned()
        }
        ("the user itself" | "own", _) => "everybody may about themselves".to_owned(),
        ("grants", _) => match allowed.roles.as_slice() {
            [] => format!("its roles together hold {privilege} on everything that is named"),
            [role] => format!("its role {role} holds {privilege} there"),
            roles => format!("each of its roles {} holds {privilege} there", roles.join(", ")),
        },
        (role @ ("Admin" | "Read-Write" | "Read-Only"), Subject::Key(_)) => {
            let names = if allowed.by_names {
                ", and what is named is within what the key is narrowed to"
            } else {
                ""
            };
            format!("its role {role} holds {privilege}{names}")
        }
        (rule, Subject::Key(_)) => format!("Keyward answers this, and lets it as {rule}"),
        (rule, Subject::User(_)) => format!("Keyward answers this, and it holds {rule}"),
    }
}

/// Why a call is refused.
pub(super) fn refused(
    subject: &Subject,
    rpc: &str,
    question: &Question,
    refused: &Refused,
) -> String {
    let why = against(subject, question, refused);
    format!("{} may not call {rpc}{}: {why}", name(subject), on(question))
}

fn against(subject: &Subject, question: &Question, refused: &Refused) -> String {
    let from = question.from;
    match (refused.rule, subject) {
        ("unknown key", Subject::Key(key)) => match key.life.state(question.now) {
            KeyState::Disabled => "it is switched off".to_owned(),
            KeyState::Revoked => "it was reported as leaked".to_owned(),
            KeyState::Expired => "its time is over".to_owned(),
            KeyState::Active | KeyState::Rotated => {
                "the gateway knows no such key: the account of its owner may be disabled".to_owned()
            }
        },
        ("key expired", _) => "its time is over".to_owned(),
        ("address", Subject::Key(key)) if !key.sources.admits(from) => {
            format!("{from} is not one of the addresses from which the key may be used")
        }
        ("address", _) => format!("the project's whitelist does not have the address {from}"),
        ("other cluster" | "no cluster", _) => "it does not open this cluster".to_owned(),
        ("cluster suspended", _) => {
            "the cluster is suspended, and serves nobody until it is resumed".to_owned()
        }
        _ => format!("it gets the answer \u{201c}{}\u{201d}", refused.message),
    }
}

fn name(subject: &Subject) -> String {
    match subject {
        Subject::Key(key) => format!("key {}", key.name),
        Subject::User(user) => format!("user {}", user.name),
    }
}

/// What the call names.
fn on(question: &Question) -> String {
    let call = &question.call;
    let parts =
        [(" on ", &call.collection), (" and ", &call.other), (" in database ", &call.database)];
    let named = parts.into_iter().filter(|(_, name)| !name.is_empty());
    named.flat_map(|(before, name)| [before, name]).collect()
}
