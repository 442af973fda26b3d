//! `keyward member list`

use super::{HEADINGS, row};
use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let members = client.list(&format!("/v2/organizations/{id}/members"), "members")?;
    if arguments.remote.json {
        return output::json(&json!({ "members": members }));
    }
    let rows: Vec<_> = members.iter().map(row).collect();
    output::table(&HEADINGS, &rows)
}
