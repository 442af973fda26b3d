//! `keyward organization create`

use crate::cli::{Remote, output};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it
    name: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let made = client.post("/v2/organizations", &json!({ "organizationName": arguments.name }))?;
    if arguments.remote.json {
        return output::json(&made);
    }
    super::details(&made)
}
