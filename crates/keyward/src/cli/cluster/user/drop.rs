//! `keyward cluster user drop`

use crate::cli::{Remote, confirm, receipt};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The user
    user: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.user)?;
    let user = &arguments.user;
    let warning = format!("Whatever signs in as {user} will be refused, and its calls are ended.");
    confirm::by_name(&warning, user, arguments.yes)?;
    let dropped = client.delete(&path)?;
    receipt::tell(&format!("Dropped {user}"), &dropped, arguments.remote.json)
}
