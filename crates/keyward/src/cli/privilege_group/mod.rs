//! `keyward privilege-group`: named sets of privileges, to grant together.

mod change;
mod create;
mod drop;
mod list;

use super::client::Client;
use super::find;
use super::output::text;
use clap::Subcommand;
use model::Error;
use model::grant::PrivilegeGroupName;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the groups of a cluster, the built-in ones too, and what they hold.
    List(list::Arguments),
    /// Make a group.
    Create(create::Arguments),
    /// Put privileges into a group; every role that holds it holds them at once.
    Add(change::Arguments),
    /// Take privileges out of a group; every role that holds it loses them at once.
    Remove(change::Arguments),
    /// Say all that a group holds; every role that holds it changes at once.
    Set(change::Whole),
    /// Drop a group that no role holds.
    Drop(drop::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Create(arguments) => create::run(arguments),
        Command::Add(arguments) => change::add(arguments),
        Command::Remove(arguments) => change::remove(arguments),
        Command::Set(arguments) => change::set(arguments),
        Command::Drop(arguments) => drop::run(arguments),
    }
}

/// The path of a cluster's groups.
fn path(client: &Client, cluster: &str) -> Result<String, Error> {
    let cluster = find::cluster(client, cluster)?;
    Ok(format!("/v2/clusters/{}/privilegeGroups", text(&cluster, "/clusterId")))
}

/// The path of one group.
fn path_of(client: &Client, cluster: &str, group: &str) -> Result<String, Error> {
    let group = PrivilegeGroupName::new(group)?;
    Ok(format!("{}/{group}", path(client, cluster)?))
}
