//! `keyward audit`: the audit trail.

mod list;
mod verify;

use clap::Subcommand;
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what happened, newest first.
    List(list::Arguments),
    /// Check that no record was altered or removed; the server must not be running.
    Verify(verify::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
    }
}
