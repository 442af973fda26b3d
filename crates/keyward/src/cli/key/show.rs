//! `keyward key show`

use super::opens;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    /// Show the key itself too; this is recorded in the audit trail
    #[arg(long)]
    secret: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let mut key = find::key(&client, &arguments.key)?;
    if arguments.secret {
        let id = text(&key, "/apiKeyId");
        let viewed = client.post(&format!("/v2/api-keys/{id}/view"), &json!({}))?;
        if let Some(fields) = key.as_object_mut() {
            let plain = viewed.get("apiKey").cloned().unwrap_or_default();
            fields.insert("apiKey".to_owned(), plain);
        }
    }
    if arguments.remote.json {
        return output::json(&key);
    }
    output::fields(&lines(&key))
}

fn lines(key: &Value) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("ID", text(key, "/apiKeyId")),
        ("Name", text(key, "/name")),
        ("Description", text(key, "/description")),
        ("Opens", opens(key)),
        ("State", text(key, "/state")),
        ("Expires", text(key, "/expiresAt")),
        ("Expires soon", flag(key, "/expiresSoon")),
        ("Replaces", text(key, "/replaces")),
        ("Replaced by", text(key, "/replacedBy")),
        ("Databases", list(key, "/projects/0/databases")),
        ("Collections", list(key, "/projects/0/collections")),
        ("Privileges", list(key, "/projects/0/privileges")),
        ("Allowed from", list(key, "/allowedAddresses")),
        ("Rate limit", text(key, "/rateLimit")),
        ("Manages keys", flag(key, "/manageKeys")),
        ("Reported", text(key, "/report/time")),
        ("Made with", text(key, "/parentKeyId")),
        ("Made by", text(key, "/creatorName")),
        ("Made at", text(key, "/createTime")),
        ("Last used", last_used(key)),
        ("Calls now", text(key, "/liveCalls")),
        ("Key", text(key, "/apiKey")),
    ];
    lines.retain(|(_, value)| !value.is_empty());
    lines
}

/// When, from where and with what the key was used last; empty if it never was.
fn last_used(key: &Value) -> String {
    let parts = ["/lastUsedAt", "/lastUsedFrom", "/lastUsedClient"].map(|place| text(key, place));
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ")
}

/// A flag that is worth a line only if it is set.
fn flag(key: &Value, place: &str) -> String {
    let set = key.pointer(place).and_then(Value::as_bool) == Some(true);
    if set { "yes".to_owned() } else { String::new() }
}

fn list(key: &Value, place: &str) -> String {
    let entries = key.pointer(place).and_then(Value::as_array);
    let entries: Vec<_> = entries.into_iter().flatten().filter_map(Value::as_str).collect();
    entries.join(", ")
}
