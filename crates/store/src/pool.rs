//! Connections that only read: a few, opened when first needed, each used by one reader at a time.

use crate::sqlite::Connection;
use model::{Error, ErrorKind};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The most connections that read at one time.
const MOST: usize = 8;
/// How long a reader waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Pool {
    path: Arc<PathBuf>,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    free: Vec<Connection>,
    lent: usize,
}

impl Pool {
    pub(crate) fn new(path: Arc<PathBuf>) -> Self {
        Self { path, state: Mutex::default(), returned: Condvar::new() }
    }

    /// Runs `work` with a connection of its own.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut loan = Loan { pool: self, connection: self.take()? };
        let connection = match loan.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.path)?.only_read()?,
        };
        work(loan.connection.insert(connection))
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
        let mut state = self.pool.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.lent -= 1;
        state.free.extend(self.connection.take());
        self.pool.returned.notify_one();
    }
}
