//! Where the database is, for the commands that open it themselves.

use super::environment;
use crate::data::failure;
use clap::Args;
use model::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use store::PostgresAddress;

/// Which database to use instead of the SQLite file in the data folder.
#[derive(Args)]
pub(super) struct DatabaseOption {
    /// Use this PostgreSQL database (postgres://user@host:port/database) instead of the SQLite file
    /// in the data folder; the password may come from PGPASSWORD
    #[arg(long, value_name = "URL", env = "KEYWARD_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Read the database's address, with its password, from this file
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    database_file: Option<PathBuf>,
}

/// The variable that PostgreSQL's own programs take a password from.
const PASSWORD: &str = "PGPASSWORD";

impl DatabaseOption {
    /// The address that was named, if any.
    pub(super) fn address(&self) -> Result<Option<PostgresAddress>, Error> {
        let text = match (&self.database, &self.database_file) {
            (_, Some(path)) => fs::read_to_string(path)
                .map(Some)
                .map_err(|error| failure::file("read", path, &error))?,
            (named, None) => named.clone(),
        };
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
        let address = PostgresAddress::parse(&text)?;
        Ok(Some(match environment::secret(PASSWORD) {
            Some(password) => address.or_password(&password),
            None => address,
        }))
    }
}

impl fmt::Debug for DatabaseOption {
    // The address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseOption")
    }
}
