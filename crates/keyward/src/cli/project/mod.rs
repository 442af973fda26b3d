//! `keyward project`: projects.

mod create;
mod list;

use clap::Subcommand;
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a project, with its default key.
    Create(create::Arguments),
    /// List the projects you may see.
    List(list::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
    }
}
