//! `keyward cluster role`: what users of a cluster may do.

mod create;
mod drop;
mod grants;
mod list;
mod show;
mod update;

use crate::cli::client::Client;
use crate::cli::find;
use crate::cli::output::text;
use clap::Subcommand;
use model::Error;
use model::cluster_role::RoleName;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Make a role that holds nothing yet.
    Create(create::Arguments),
    /// List the roles of a cluster, the built-in ones too.
    List(list::Arguments),
    /// Show what a role is granted, and who has it.
    Show(show::Arguments),
    /// Say what a role is for.
    Update(update::Arguments),
    /// Drop a role; whoever has it loses what it gives at once.
    Drop(drop::Arguments),
    /// Grant a role a privilege or a privilege group.
    Grant(grants::Arguments),
    /// Take a grant back.
    Revoke(grants::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Update(arguments) => update::run(arguments),
        Command::Drop(arguments) => drop::run(arguments),
        Command::Grant(arguments) => grants::grant(arguments),
        Command::Revoke(arguments) => grants::revoke(arguments),
    }
}

/// The path of a cluster's roles.
fn path(client: &Client, cluster: &str) -> Result<String, Error> {
    let cluster = find::cluster(client, cluster)?;
    Ok(format!("/v2/clusters/{}/roles", text(&cluster, "/clusterId")))
}

/// The path of one role.
fn path_of(client: &Client, cluster: &str, role: &str) -> Result<String, Error> {
    let role = RoleName::new(role)?;
    Ok(format!("{}/{role}", path(client, cluster)?))
}
