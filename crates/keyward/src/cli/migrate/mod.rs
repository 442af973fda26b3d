//! `keyward migrate …`: from one database to another.

mod sqlite_to_postgres;

use clap::Subcommand;
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Move everything from the SQLite file of a data folder to an empty PostgreSQL database.
    SqliteToPostgres(sqlite_to_postgres::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::SqliteToPostgres(arguments) => sqlite_to_postgres::run(arguments),
    }
}
