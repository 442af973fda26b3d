//! Which database a store is on: the one place where an engine is chosen.

use crate::connection::Connection;
use crate::postgres::address::Address;
use crate::postgres::server::Server;
use crate::{folder, postgres, sqlite};
use model::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// Where everything is kept.
#[derive(Clone, Debug)]
pub enum Database {
    /// A SQLite file in this folder.
    Folder(PathBuf),
    /// A PostgreSQL database.
    Postgres(Address),
}

/// What makes connections to a database.
#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(Arc<PathBuf>),
    Postgres(Arc<Server>),
}

impl Engine {
    /// Makes what is missing on this host; nothing is connected yet.
    pub(crate) fn of(database: &Database) -> Result<Self, Error> {
        match database {
            Database::Folder(path) => {
                folder::prepare(path)?;
                Ok(Self::Sqlite(Arc::new(folder::prepare_database(path)?)))
            }
            Database::Postgres(address) => Server::new(address).map(Self::Postgres),
        }
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> Result<Connection, Error> {
        match self {
            Self::Sqlite(path) => sqlite::Connection::open(path).map(Connection::Sqlite),
            Self::Postgres(server) => postgres::Connection::open(server)
                .map(|connection| Connection::Postgres(Box::new(connection))),
        }
    }
}
