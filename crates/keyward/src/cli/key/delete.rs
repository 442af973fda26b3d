//! `keyward key delete`

use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::Error;
use serde_json::Value;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let key = find::key(&client, &arguments.key)?;
    let (id, name) = (text(&key, "/apiKeyId"), text(&key, "/name"));
    let warning = format!(
        "Key {name} ({id}) will stop working at once, and what is running with it is cut off."
    );
    confirm::by_name(&warning, &name, arguments.yes)?;
    let deleted = client.delete(&format!("/v2/api-keys/{id}"))?;
    if arguments.remote.json {
        return output::json(&deleted);
    }
    let settled = deleted.pointer("/revocation/settled").and_then(Value::as_bool);
    output::text_block(&if settled == Some(true) {
        format!("Key {name} ({id}) is deleted: no gateway admits it any more.\n")
    } else {
        format!("Key {name} ({id}) is deleted, but not every gateway has confirmed it yet.\n")
    })
}
