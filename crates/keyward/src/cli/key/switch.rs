//! `keyward key disable` and `keyward key enable`

use super::delete::receipt_lines;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn disable(arguments: &Arguments) -> Result<(), Error> {
    let (which, changed) = carry_out(arguments, "disable")?;
    let receipt = changed.get("revocation").unwrap_or(&Value::Null);
    let told = receipt_lines(&which, "disabled", receipt)?;
    if arguments.remote.json { output::json(&changed) } else { output::text_block(&told) }
}

pub(super) fn enable(arguments: &Arguments) -> Result<(), Error> {
    let (which, changed) = carry_out(arguments, "enable")?;
    if arguments.remote.json {
        return output::json(&changed);
    }
    output::text_block(&format!("Enabled {which}: it works again.\n"))
}

fn carry_out(arguments: &Arguments, verb: &str) -> Result<(String, Value), Error> {
    let client = arguments.remote.client()?;
    let key = find::key(&client, &arguments.key)?;
    let (id, name) = (text(&key, "/apiKeyId"), text(&key, "/name"));
    let changed = client.post(&format!("/v2/api-keys/{id}/{verb}"), &json!({}))?;
    Ok((format!("key {name} ({id})"), changed))
}
