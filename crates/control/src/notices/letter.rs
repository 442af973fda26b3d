//! The words in which owners are told of their keys.
//!
//! Names of keys and what strangers wrote in a report stand in quotes, each on a line of its own.
//! A letter names keys by id and name and must never hold one.

use crate::mail::{Letter, Subject, one_line};
use model::life::Switch;
use model::{KeyId, KeyLife};
use std::fmt::Write as _;
use store::keys::LeakReport;
use store::keys::notices::{Addressee, Notice};

/// How many keys a letter names; of the others it says how many they are.
const MOST_NAMED: usize = 20;

/// What a letter says of a key.
pub(super) struct Mentioned {
    pub(super) id: KeyId,
    pub(super) name: String,
    pub(super) organization: String,
    /// The project of a project key.
    pub(super) project: Option<String>,
    pub(super) report: Option<LeakReport>,
    pub(super) life: KeyLife,
}

/// The letter about these keys.
pub(super) fn letter(
    notice: Notice,
    public_url: &str,
    to: &Addressee,
    keys: &[&Mentioned],
) -> Letter {
    let (subject, opening, closing) = match notice {
        Notice::Leak => (subject_of_leaks(keys), LEAKED, AFTER_A_LEAK),
        Notice::End => (subject_of_ends(keys), ENDING, BEFORE_THE_END),
    };
    let mut text = format!("{opening}\n\n");
    for key in keys.iter().take(MOST_NAMED) {
        text.push_str(&paragraph(notice, public_url, key));
        text.push('\n');
    }
    if let Some(more @ 1..) = keys.len().checked_sub(MOST_NAMED) {
        let _ = write!(text, "And {more} more: see the list of keys in the console.\n\n");
    }
    text.push_str(closing);
    text.push('\n');
    Letter { to: to.email.clone(), subject: Subject::new(&subject), text }
}

const LEAKED: &str = "API keys you are responsible for on Keyward were reported as leaked: somebody \
                      found them where they should not be.";
const AFTER_A_LEAK: &str = "Make a new key for whatever used one of them, look at its usage and the \
                            audit trail, and delete it.";
const ENDING: &str = "API keys you are responsible for on Keyward end soon. From then on they are \
                      refused.";
const BEFORE_THE_END: &str = "Rotate a key, or give it a later end, if it is still needed. This \
                              letter is sent once for each end.";

fn subject_of_leaks(keys: &[&Mentioned]) -> String {
    match keys {
        [key] => format!("Keyward: key \"{}\" was reported as leaked", key.name),
        keys => format!("Keyward: {} keys were reported as leaked", keys.len()),
    }
}

fn subject_of_ends(keys: &[&Mentioned]) -> String {
    match keys {
        [key] => format!("Keyward: key \"{}\" ends soon", key.name),
        keys => format!("Keyward: {} keys end soon", keys.len()),
    }
}

fn paragraph(notice: Notice, public_url: &str, key: &Mentioned) -> String {
    let organization = one_line(&key.organization);
    let place = match &key.project {
        Some(project) => format!("project \"{}\" of \"{organization}\"", one_line(project)),
        None => format!("a personal key in \"{organization}\""),
    };
    let mut text = format!("  \"{}\" ({}), {place}\n", key.name, key.id);
    match notice {
        Notice::Leak => text.push_str(&leak(key)),
        Notice::End => {
            if let Some(end) = key.life.expires_at() {
                let _ = writeln!(text, "  ends {end}");
            }
        }
    }
    let _ = writeln!(text, "  {public_url}/console/keys/{}", key.id);
    text
}

fn leak(key: &Mentioned) -> String {
    let mut text = String::new();
    if let Some(report) = &key.report {
        let _ = writeln!(text, "  reported {}", report.at);
        if let Some(source) = &report.source {
            let _ = writeln!(text, "  by, as they say: \"{}\"", one_line(source.as_str()));
        }
        if let Some(url) = &report.url {
            let _ = writeln!(text, "  found, as they say: \"{}\"", one_line(url.as_str()));
        }
    }
    text.push_str(if matches!(key.life.switch, Switch::Revoked { .. }) {
        "  It was revoked at once and opens nothing any more.\n"
    } else {
        "  It STILL WORKS, as the settings of the organization want it.\n"
    });
    text
}
