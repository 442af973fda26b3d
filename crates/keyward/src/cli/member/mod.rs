//! `keyward member`: who belongs to an organization.

mod list;
mod remove;
mod set_role;

use super::output::text;
use clap::{Subcommand, ValueEnum};
use model::Error;
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the members of an organization.
    List(list::Arguments),
    /// Give a member another role.
    SetRole(set_role::Arguments),
    /// End a membership, your own included: when this returns, its keys are dead.
    Remove(remove::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::SetRole(arguments) => set_role::run(arguments),
        Command::Remove(arguments) => remove::run(arguments),
    }
}

/// What somebody is in an organization or a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Role {
    /// Works there
    Member,
    /// May do everything there
    Owner,
}

impl Role {
    /// How the API writes it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Owner => "Owner",
        }
    }
}

/// The headings of [`row`].
pub(super) const HEADINGS: [&str; 5] = ["ID", "E-MAIL", "NAME", "ROLE", "SINCE"];

/// A member in one line.
pub(super) fn row(member: &Value) -> Vec<String> {
    ["/userId", "/email", "/name", "/role", "/joinTime"].map(|place| text(member, place)).to_vec()
}
