//! `keyward organization rename`

use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it from now on
    name: String,
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let body = json!({ "organizationName": arguments.name });
    let renamed = client.patch(&format!("/v2/organizations/{id}"), &body)?;
    if arguments.remote.json {
        return output::json(&renamed);
    }
    super::details(&renamed)
}
