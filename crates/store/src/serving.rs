//! Who serves a database: one process alone, or several that know of each other.
//!
//! A process that serves alone answers a change when its own gateway has heard of it, so nobody
//! else may serve then. Processes that share a database wait for each other's gateways
//! ([`crate::gateways`]). On PostgreSQL each holds a lock of the server's, alone or shared, that
//! ends with the connection that took it. A SQLite database is in a data folder, whose own lock
//! holds the others off.

use crate::connection::Connection;
use crate::database::Engine;
use crate::gateways::{self, Beat, NewGateway};
use model::{Entropy, Error, GatewayId, Timestamp};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// With whom a database is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// With nobody.
    Alone,
    /// With others who share it.
    Shared,
}

/// The right to serve a database, held until this is dropped.
pub struct Serving {
    engine: Engine,
    sharing: Sharing,
    /// Tells this process's own broken connections from another process's.
    name: String,
    connection: Mutex<Option<Connection>>,
}

impl Serving {
    /// Takes the right.
    pub(crate) fn take(
        engine: Engine,
        sharing: Sharing,
        entropy: &dyn Entropy,
    ) -> Result<Self, Error> {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let name = format!("keyward serve {:016x}", u64::from_be_bytes(random));
        let serving = Self { engine, sharing, name, connection: Mutex::new(None) };
        serving.check()?;
        Ok(serving)
    }

    /// Makes sure that the right still stands, and takes it again if its connection was lost.
    ///
    /// # Errors
    /// `Conflict` if another process has it now: whoever gets this must stop serving.
    /// `Unavailable` if the database does not answer.
    pub fn check(&self) -> Result<(), Error> {
        self.held().map(drop)
    }

    /// Whether this process is the one of those who share the database that does what one of them
    /// has to do. It stays the one until its connection is lost.
    ///
    /// # Errors
    /// Those of [`Serving::check`].
    pub fn is_first(&self) -> Result<bool, Error> {
        match self.sharing {
            Sharing::Alone => Ok(true),
            Sharing::Shared => self.ask(Connection::take_first_place),
        }
    }

    /// Makes a gateway known to those who share the database, or known again. Durable when it
    /// returns: what is read of the feed afterwards has every change whose maker did not see it.
    ///
    /// # Errors
    /// Those of [`Serving::check`].
    pub fn enter(&self, gateway: &NewGateway, now: Timestamp) -> Result<(), Error> {
        self.ask(|connection| gateways::enter(connection, gateway, now))
    }

    /// A sign of life, and how far the gateway is. `false` if it is not known any more: then it has
    /// to [`enter`](Serving::enter) before it may go on.
    ///
    /// # Errors
    /// Those of [`Serving::check`].
    pub fn beat(&self, beat: &Beat) -> Result<bool, Error> {
        self.ask(|connection| gateways::beat(connection, beat))
    }

    /// Takes a gateway off that gave no sign of life since this beat. Whether it did not.
    ///
    /// # Errors
    /// Those of [`Serving::check`].
    pub fn remove(&self, gateway: GatewayId, beat: u64) -> Result<bool, Error> {
        self.ask(|connection| gateways::remove(connection, gateway, beat))
    }

    /// Says of a gateway that it lets nothing through any more.
    ///
    /// # Errors
    /// Those of [`Serving::check`].
    pub fn leave(&self, gateway: GatewayId) -> Result<(), Error> {
        self.ask(|connection| gateways::leave(connection, gateway))
    }

    /// Takes every gateway off, for a process that is alone and has waited until all their leases
    /// were over.
    ///
    /// # Errors
    /// Those of [`Serving::check`].
    pub fn clear(&self) -> Result<(), Error> {
        self.ask(gateways::clear)
    }

    fn ask<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let slot = self.held()?;
        let connection = slot.as_ref().ok_or_else(|| Error::internal("a lost connection"))?;
        ask(connection)
    }

    /// The connection that holds the lock.
    fn held(&self) -> Result<MutexGuard<'_, Option<Connection>>, Error> {
        let mut slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = &*slot
            && connection.number("SELECT 1", &[]).is_ok()
        {
            return Ok(slot);
        }
        *slot = None;
        let connection = self.engine.connect()?;
        if !connection.take_serving_lock(self.sharing, &self.name)? {
            return Err(Error::conflict(match self.sharing {
                Sharing::Alone => {
                    "another Keyward serves this database already: stop it first, or start all of \
                     them with --role control and --role gateway, so that they share it"
                }
                Sharing::Shared => {
                    "a Keyward that shares its database with nobody serves this one: stop it, and \
                     start it again with --role control or --role gateway"
                }
            }));
        }
        *slot = Some(connection);
        Ok(slot)
    }
}

impl fmt::Debug for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Serving")
    }
}
