//! `keyward cluster role drop`

use crate::cli::{Remote, confirm, receipt};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The role
    role: String,
    /// Drop it although it is granted something or users have it
    #[arg(long)]
    force: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.role)?;
    let role = &arguments.role;
    confirm::by_name(&format!("Whoever has {role} loses what it gives."), role, arguments.yes)?;
    let force = if arguments.force { "?force=true" } else { "" };
    let dropped = client.delete(&format!("{path}{force}"))?;
    receipt::tell(&format!("Dropped role {role}"), &dropped, arguments.remote.json)
}
