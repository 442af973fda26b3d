//! `keyward personal-key`: keys that follow their person's roles.
//!
//! Showing and deleting one is done with `keyward key`, like any other key.

mod create;
mod list;

use clap::Subcommand;
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make yourself a key and print it.
    Create(create::Arguments),
    /// List your own keys.
    List(list::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
    }
}
