//! `keyward organization settings`

use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::Error;
use serde_json::{Map, Value};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The organization, by name or id [default: your only one]
    organization: Option<String>,
    /// Show keys once, when they are made; turning this on erases every kept copy
    #[arg(long, value_name = "BOOL")]
    show_keys_once: Option<bool>,
    /// How many days a new key lasts for which nothing else is said; 0 for ever
    #[arg(long, value_name = "DAYS")]
    default_key_expiry: Option<u16>,
    /// The fewest characters of a new password, 15 to 64; 0 for Keyward's own rule
    #[arg(long, value_name = "N")]
    minimum_password_length: Option<u16>,
    /// Whether a password alone is not enough to sign in
    #[arg(long, value_name = "BOOL")]
    require_second_factor: Option<bool>,
    /// Whether keys that are reported as leaked are revoked at once; if not, they are marked only
    #[arg(long, value_name = "BOOL")]
    revoke_reported_keys: Option<bool>,
    /// Whether people who forgot their password may have a link sent to their e-mail address
    #[arg(long, value_name = "BOOL")]
    reset_by_letter: Option<bool>,
    /// Do not ask before copies of keys are erased
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let path = format!("/v2/organizations/{id}/settings");
    let changes = changes(arguments);
    let settings = if changes.is_empty() {
        client.get(&path)?
    } else {
        if arguments.show_keys_once == Some(true) {
            let found = client.get(&format!("/v2/organizations/{id}"))?;
            let name = text(&found, "/organizationName");
            let warning = "Every kept copy of a key of the organization is erased: no key that \
                           exists can be viewed again.";
            confirm::by_name(warning, &name, arguments.yes)?;
        }
        client.patch(&path, &Value::Object(changes))?
    };
    if arguments.remote.json {
        return output::json(&settings);
    }
    let or = |place, otherwise: &str| {
        let found = text(&settings, place);
        if found.is_empty() { otherwise.to_owned() } else { found }
    };
    output::fields(&[
        ("Show keys once", text(&settings, "/showKeysOnce")),
        ("New keys last (days)", or("/defaultKeyExpiryDays", "for ever")),
        ("Shortest password", or("/minimumPasswordLength", "Keyward's own rule")),
        ("Second factor required", text(&settings, "/requireSecondFactor")),
        ("Reported keys revoked", text(&settings, "/revokeReportedKeys")),
        ("Password links by letter", text(&settings, "/resetByLetter")),
    ])
}

/// What the command line names.
fn changes(arguments: &Arguments) -> Map<String, Value> {
    let named = [
        ("showKeysOnce", arguments.show_keys_once.map(Value::from)),
        ("defaultKeyExpiryDays", arguments.default_key_expiry.map(Value::from)),
        ("minimumPasswordLength", arguments.minimum_password_length.map(Value::from)),
        ("requireSecondFactor", arguments.require_second_factor.map(Value::from)),
        ("revokeReportedKeys", arguments.revoke_reported_keys.map(Value::from)),
        ("resetByLetter", arguments.reset_by_letter.map(Value::from)),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
