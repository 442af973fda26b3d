//! `keyward cluster role update`

use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The role
    role: String,
    /// What it is for
    #[arg(long)]
    description: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.role)?;
    let changed = client.patch(&path, &json!({ "description": arguments.description }))?;
    let said = format!("Role {} is described anew", arguments.role);
    receipt::tell(&said, &changed, arguments.remote.json)
}
