//! The connections of a store: a few that read, opened when first needed and each used by one
//! reader at a time, and one that writes.
//!
//! A connection that was lost is thrown away. If that shows when a transaction begins, before
//! anything was done with it, the transaction begins once more on a new connection.

use crate::connection::{Connection, Transaction};
use crate::database::Engine;
use model::{Error, ErrorKind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most connections that read at one time.
const MOST: usize = 8;
/// How long a reader waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections that read.
pub(crate) struct Pool {
    engine: Engine,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    free: Vec<Connection>,
    lent: usize,
}

impl Pool {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, state: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `work` in one snapshot.
    pub(crate) fn snapshot<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut loan = Loan { pool: self, connection: self.take()? };
        let connect = || self.engine.connect()?.only_read();
        let (connection, _snapshot) = begin(&mut loan.connection, connect, Connection::start_read)?;
        work(connection)
    }

    /// The right to one connection, and a free one if there is any.
    fn take(&self) -> Result<Option<Connection>, Error> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let all_lent = |state: &mut State| state.lent >= MOST;
        let (mut state, waited) = self
            .returned
            .wait_timeout_while(state, PATIENCE, all_lent)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(Error::new(
                ErrorKind::Unavailable,
                "the store is busy with other reads; try again",
            ));
        }
        state.lent += 1;
        Ok(state.free.pop())
    }
}

/// Gives the connection back, however the reading ended.
struct Loan<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let sound = self.connection.take().filter(|connection| !connection.is_lost());
        let mut state = self.pool.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.lent -= 1;
        state.free.extend(sound);
        self.pool.returned.notify_one();
    }
}

/// The connection that writes.
pub(crate) struct Writer {
    engine: Engine,
    connection: Mutex<Option<Connection>>,
}

/// The right to write, of one thread at a time in this process.
pub(crate) struct Turn<'a> {
    engine: &'a Engine,
    connection: MutexGuard<'a, Option<Connection>>,
}

impl Writer {
    pub(crate) fn new(engine: Engine, connection: Connection) -> Self {
        Self { engine, connection: Mutex::new(Some(connection)) }
    }

    /// Waits for the others. A panic in a change has rolled it back, so the next one may go.
    pub(crate) fn turn(&self) -> Turn<'_> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        Turn { engine: &self.engine, connection }
    }
}

impl Turn<'_> {
    /// Starts a transaction that may write.
    pub(crate) fn begin(&mut self) -> Result<(&Connection, Transaction<'_>), Error> {
        begin(&mut self.connection, || self.engine.connect(), Connection::start_write)
    }
}

/// Begins a transaction on the connection in the slot, or on a new one if that was lost.
fn begin(
    slot: &mut Option<Connection>,
    connect: impl Fn() -> Result<Connection, Error>,
    start: fn(&Connection) -> Result<(), Error>,
) -> Result<(&Connection, Transaction<'_>), Error> {
    if let Some(connection) = slot.as_ref()
        && let Err(error) = start(connection)
    {
        if !connection.is_lost() {
            return Err(error);
        }
        *slot = None;
    }
    let connection = if let Some(connection) = slot {
        connection
    } else {
        let connection = slot.insert(connect()?);
        start(connection)?;
        connection
    };
    Ok((connection, Transaction::resume(connection)))
}
