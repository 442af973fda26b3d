//! Being told at once that another process has changed the database.
//!
//! A bell that rings says only that it is time to look; one that is silent says nothing. What must
//! not be missed has to be looked for now and then all the same.

use crate::database::Engine;
use crate::postgres;
use model::{Error, ErrorKind};
use std::fmt;
use std::time::Duration;

/// What is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Changes that gateways have to hear of.
    Changes,
    /// Gateways that have heard of them.
    Confirmations,
}

impl Channel {
    /// What it is called in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Changes => "keyward_changes",
            Self::Confirmations => "keyward_confirmations",
        }
    }
}

/// A connection that listens.
pub struct Bell(postgres::bell::Bell);

impl Bell {
    pub(crate) fn hang(engine: &Engine, channel: Channel) -> Result<Self, Error> {
        match engine {
            Engine::Postgres(server) => postgres::bell::Bell::hang(server, channel).map(Self),
            Engine::Sqlite(_) => Err(Error::new(
                ErrorKind::Unavailable,
                "a SQLite database is one process's: nobody else changes it",
            )),
        }
    }

    /// Waits until it rings, for so long at most; whether it did. Blocks.
    ///
    /// # Errors
    /// `Unavailable` if the connection is gone: hang a new one.
    pub fn wait(&self, limit: Duration) -> Result<bool, Error> {
        self.0.wait(limit)
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bell")
    }
}
