//! `keyward organization show`

use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The organization, by name or id [default: your only one]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let found = client.get(&format!("/v2/organizations/{id}"))?;
    if arguments.remote.json {
        return output::json(&found);
    }
    super::details(&found)
}
