//! `keyward key view`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = text(&find::key(&client, &arguments.key)?, "/apiKeyId");
    let viewed = client.post(&format!("/v2/api-keys/{id}/view"), &json!({}))?;
    if arguments.remote.json {
        return output::json(&viewed);
    }
    output::text_block(&format!("{}\n", text(&viewed, "/apiKey")))
}
