//! `keyward privilege-group drop`

use crate::cli::{Remote, confirm, receipt};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The group
    group: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.group)?;
    let group = &arguments.group;
    confirm::by_name(&format!("Privilege group {group} will be gone."), group, arguments.yes)?;
    let dropped = client.delete(&path)?;
    receipt::tell(&format!("Dropped privilege group {group}"), &dropped, arguments.remote.json)
}
