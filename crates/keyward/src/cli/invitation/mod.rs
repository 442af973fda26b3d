//! `keyward invitation`: inviting people, and taking an invitation up.

mod accept;
mod create;
mod list;
mod revoke;

use clap::Subcommand;
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Invite somebody and print the link, which stands for 48 hours and works once.
    Create(create::Arguments),
    /// List the invitations you may see.
    List(list::Arguments),
    /// Take an invitation back.
    Revoke(revoke::Arguments),
    /// Take an invitation up, as a new person or with your account.
    Accept(accept::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Revoke(arguments) => revoke::run(arguments),
        Command::Accept(arguments) => accept::run(arguments),
    }
}
