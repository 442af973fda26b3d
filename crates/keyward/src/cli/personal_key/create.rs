//! `keyward personal-key create`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it: lower-case letters, digits and hyphens
    name: String,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let body = json!({ "name": arguments.name, "description": arguments.description });
    let made = client.post(&format!("/v2/organizations/{id}/personalKeys"), &body)?;
    if arguments.remote.json {
        return output::json(&made);
    }
    output::fields(&[("ID", text(&made, "/apiKeyId")), ("Key", text(&made, "/apiKey"))])?;
    output::note("It opens what you may, works now, and dies with your membership.");
    Ok(())
}
