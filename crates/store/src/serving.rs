//! Who serves a database: one process at a time, because a change that another process makes would
//! be answered before the gateway here has heard of it.
//!
//! On PostgreSQL it is a lock of the server's that ends with the connection that took it. A SQLite
//! database is in a data folder, whose own lock holds the others off.

use crate::connection::Connection;
use crate::database::Engine;
use model::{Entropy, Error};
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The right to serve a database, held until this is dropped.
pub struct Serving {
    engine: Engine,
    /// Tells this process's own broken connections from another process's.
    name: String,
    connection: Mutex<Option<Connection>>,
}

impl Serving {
    /// Takes the right.
    pub(crate) fn take(engine: Engine, entropy: &dyn Entropy) -> Result<Self, Error> {
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let name = format!("keyward serve {:016x}", u64::from_be_bytes(random));
        let serving = Self { engine, name, connection: Mutex::new(None) };
        serving.check()?;
        Ok(serving)
    }

    /// Makes sure that the right still stands, and takes it again if its connection was lost.
    ///
    /// # Errors
    /// `Conflict` if another process has it now: whoever gets this must stop serving.
    /// `Unavailable` if the database does not answer.
    pub fn check(&self) -> Result<(), Error> {
        let mut slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = &*slot
            && connection.number("SELECT 1", &[]).is_ok()
        {
            return Ok(());
        }
        *slot = None;
        let connection = self.engine.connect()?;
        if !connection.take_serving_lock(&self.name)? {
            return Err(Error::conflict(
                "another Keyward serves this database already: stop it first; several gateways on \
                 one database are not supported yet",
            ));
        }
        *slot = Some(connection);
        Ok(())
    }
}

impl fmt::Debug for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Serving")
    }
}
