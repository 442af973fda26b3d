//! The PostgreSQL engine: the only file, with its folder, that speaks to it.
//!
//! Keyward's tables are in a schema of their own, `keyward`. A transaction that writes first takes
//! an advisory lock, so changes happen one after the other whichever process makes them and every
//! statement sees all that was committed before; so revisions have no gaps and nothing has to be
//! tried again in the middle of a change. Reads see one snapshot. Large answers are fetched in
//! batches through a cursor.
//!
//! Every wait is bounded, by the server and once more here. A connection that broke, or that did
//! not answer in time, is never used again.

pub(crate) mod address;
pub(crate) mod bell;
pub(crate) mod cells;
pub(crate) mod dialect;
pub(crate) mod failure;
pub(crate) mod server;

mod locks;
mod tls;
mod wait;

use crate::bell::Channel;
use crate::connection::{NotCommitted, Row};
use crate::sql::{Failure, Value};
use cells::{parameters, typed};
use failure::Stage;
use model::{Error, ErrorKind};
use server::Server;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::{Client, Statement};
use wait::Driver;

/// How many rows are fetched at once of an answer that may be large.
const BATCH: usize = 1000;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;
/// How long a statement may take; the server itself ends it a little earlier.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same for a change of the schema, which may rewrite a large table.
const MIGRATION: Duration = Duration::from_hours(1);
/// The oldest server that is known to work.
const OLDEST: i64 = 150_000;
/// The advisory lock of whoever writes: "KWRD" and a number.
const WRITE_LOCK: i64 = 0x4b57_5244_0000_0001;

/// How many tables have this name.
pub(crate) const HAS_TABLE: &str = "SELECT count(*) FROM pg_catalog.pg_tables \
                                    WHERE schemaname = 'keyward' AND tablename = $1";

/// What every connection begins with. No query of ours is worth the start of other processes, which
/// takes longer than the walk of an index that they would help with.
const SETTINGS: &str = "
    SET search_path = keyward;
    SET lock_timeout = '10s';
    SET statement_timeout = '20s';
    SET idle_in_transaction_session_timeout = '60s';
    SET default_transaction_isolation = 'read committed';
    SET client_min_messages = 'error';
    SET jit = off;
    SET max_parallel_workers_per_gather = 0;
";

/// Tables of others: not the system's, not those that belong to an extension, not in our schema.
const FOREIGN_TABLES: &str = "
    SELECT count(*) FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'
    AND n.nspname <> 'information_schema' AND n.nspname <> 'keyward'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

/// What is under way on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction.
    Idle,
    /// A transaction that only reads, in which everything succeeded so far.
    Reading,
    /// A transaction that may write, in which everything succeeded so far.
    Open,
    /// A transaction in which something failed: the server would undo it at a commit, without an
    /// error.
    Failed,
}

/// One connection to the database.
pub(crate) struct Connection {
    client: Client,
    driver: Driver,
    server: Arc<Server>,
    statements: RefCell<HashMap<String, Statement>>,
    state: Cell<State>,
    patience: Cell<Duration>,
    lost: Cell<bool>,
    cursors: Cell<u64>,
}

impl Connection {
    /// Connects, and refuses servers that Keyward cannot work with.
    pub(crate) fn open(server: &Arc<Server>) -> Result<Self, Error> {
        let (client, driver) = server.connect()?;
        let connection = Self {
            client,
            driver,
            server: Arc::clone(server),
            statements: RefCell::default(),
            state: Cell::new(State::Idle),
            patience: Cell::new(PATIENCE),
            lost: Cell::new(false),
            cursors: Cell::new(0),
        };
        connection.refuse_unfit_server()?;
        connection.batch(SETTINGS)?;
        Ok(connection)
    }

    fn refuse_unfit_server(&self) -> Result<(), Error> {
        let sql = "SELECT current_setting('server_version_num')::bigint, \
                   pg_catalog.pg_is_in_recovery(), current_setting('server_version'), \
                   current_setting('synchronous_commit')";
        let found = self.first(sql, &[], |row| {
            let sleepy = row.text(3)? == "off";
            Ok((row.integer(0)?, row.flag(1)?, row.text(2)?.to_owned(), sleepy))
        })?;
        let (version, replica, shown, sleepy) =
            found.ok_or_else(|| Error::internal("the server says nothing about itself"))?;
        if version < OLDEST {
            return Err(unavailable(format!(
                "the database server {} is PostgreSQL {shown}; Keyward needs 15 or newer: upgrade \
                 it or name another server",
                self.server
            )));
        }
        if replica {
            return Err(failure::read_only(&self.server.to_string()));
        }
        // What is acknowledged must survive a power cut.
        if sleepy { self.batch("SET synchronous_commit = on") } else { Ok(()) }
    }

    /// Whether nothing can be asked of this connection any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get() || self.client.is_closed()
    }

    /// Makes the schema, within the transaction of the first migration.
    pub(crate) fn claim_schema(&self) -> Result<(), Error> {
        let number = |sql: &str| self.first(sql, &[], |row| row.integer(0));
        let ours = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'keyward'";
        if number(FOREIGN_TABLES)? != Some(0) || number(ours)? != Some(0) {
            return Err(unavailable(format!(
                "the database {} holds tables of another program; make a database of its own for \
                 Keyward and name that one",
                self.server
            )));
        }
        let there = "SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'keyward'";
        if number(there)? == Some(0) { self.batch("CREATE SCHEMA keyward") } else { Ok(()) }
    }

    /// Starts a transaction that may write.
    pub(crate) fn begin_write(&self) -> Result<(), Error> {
        self.begin(&format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
             SELECT pg_catalog.pg_advisory_xact_lock({WRITE_LOCK});"
        ))
    }

    /// The same for a change of the schema.
    pub(crate) fn begin_migration(&self) -> Result<(), Error> {
        self.patience.set(MIGRATION);
        self.begin(&format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
             SET LOCAL statement_timeout = '1h'; SET LOCAL lock_timeout = '5min'; \
             SET LOCAL idle_in_transaction_session_timeout = '1h'; \
             SELECT pg_catalog.pg_advisory_xact_lock({WRITE_LOCK}); \
             SET LOCAL lock_timeout = '10s';"
        ))
    }

    /// Lets the server look at a table that was filled at once: until it knows how the rows are
    /// spread, which it would find out in a minute or more, its plans may be poor.
    pub(crate) fn look_over(&self, table: &str) -> Result<(), Error> {
        self.batch("SET statement_timeout = '1h'")?;
        self.patience.set(MIGRATION);
        let done = self.batch(&format!("VACUUM (ANALYZE) {table}"));
        self.patience.set(PATIENCE);
        self.batch("SET statement_timeout = '20s'")?;
        done
    }

    /// Starts a transaction that sees one snapshot. There is nothing to wait for: the snapshot is
    /// taken by the first question, and that the connection still stands is looked at here.
    pub(crate) fn begin_read(&self) -> Result<(), Error> {
        self.state.set(State::Reading);
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let sent = self.driver.send(self.client.batch_execute(begin));
        sent.map_err(|broken| {
            let error = self.fail(&broken).into();
            self.end_open_transaction();
            error
        })
    }

    fn begin(&self, sql: &str) -> Result<(), Error> {
        // Even if a part of it fails, the transaction may have begun.
        self.state.set(State::Open);
        self.batch(sql).inspect_err(|_| self.end_open_transaction())
    }

    /// Commits, and tells others of it if there is a channel.
    pub(crate) fn commit(&self, tell: Option<Channel>) -> Result<(), NotCommitted> {
        if self.state.get() != State::Open {
            let error = Error::internal("a change went on after one of its statements had failed");
            return Err(NotCommitted::Surely(error));
        }
        let commit = match tell {
            Some(channel) => format!("NOTIFY {}; COMMIT", channel.name()),
            None => "COMMIT".to_owned(),
        };
        let commit = self.client.batch_execute(&commit);
        let committed = self.driver.answer(self.patience.replace(PATIENCE), commit);
        self.state.set(State::Idle);
        let Err(broken) = committed else { return Ok(()) };
        if broken.is_final() {
            // If the server would not tell others, the transaction still stands there.
            self.lost.set(tell.is_some());
            return Err(NotCommitted::Surely(broken.explain(&self.server, Stage::Statement)));
        }
        self.lost.set(true);
        Err(NotCommitted::Perhaps(broken.explain(&self.server, Stage::Commit)))
    }

    /// Rolls back what is not committed.
    pub(crate) fn end_open_transaction(&self) {
        self.patience.set(PATIENCE);
        let state = self.state.replace(State::Idle);
        if state == State::Idle || self.is_lost() {
            return;
        }
        let undo = self.client.batch_execute("ROLLBACK");
        let undone = match state {
            // Nothing can be wrong with the end of a read but the connection.
            State::Reading => self.driver.send(undo),
            _ => self.driver.answer(PATIENCE, undo),
        };
        if undone.is_err() {
            self.lost.set(true);
        }
    }

    /// Runs statements that take no values and answer nothing.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), Error> {
        self.answer(self.client.batch_execute(sql))
    }

    /// Runs one statement and says how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Failure> {
        let statement = self.prepare(sql, values)?;
        let run = self.client.execute_raw(&statement, values);
        let changed = self.driver.answer(self.patience.get(), run);
        let changed = changed.map_err(|broken| self.fail(&broken))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    /// Hands every row to `each`, a batch at a time.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value],
        mut each: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let number = self.cursors.get() + 1;
        self.cursors.set(number);
        let declare = format!("DECLARE rows_{number} NO SCROLL CURSOR FOR {sql}");
        let fetch = format!("FETCH FORWARD {BATCH} FROM rows_{number}");
        let typed = typed(values);
        // The first batch is asked for together with the cursor it comes from.
        let client = &self.client;
        let first = async {
            let (declared, rows) = tokio::join!(
                client.execute_typed(&declare, &typed),
                client.query_typed(&fetch, &[])
            );
            declared.and(rows)
        };
        let mut rows = self.answer(first)?;
        loop {
            rows.iter().try_for_each(|row| each(&Row::Postgres(row)))?;
            if rows.len() < BATCH {
                return self.batch(&format!("CLOSE rows_{number}"));
            }
            rows = self.answer(self.client.query_typed(&fetch, &[]))?;
        }
    }

    /// The first row, if there is one.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let rows = self.query(sql, values)?;
        rows.first().map(|row| read(&Row::Postgres(row))).transpose()
    }

    /// Every row.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.query(sql, values)?.iter().map(|row| read(&Row::Postgres(row))).collect()
    }

    fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<tokio_postgres::Row>, Error> {
        let statement = self.prepare(sql, values)?;
        self.answer(self.client.query(&statement, &parameters(values)))
    }

    /// Waits for an answer, and remembers what its failure means for this connection.
    fn answer<T: Send>(
        &self,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>> + Send,
    ) -> Result<T, Error> {
        self.driver.answer(self.patience.get(), asked).map_err(|broken| self.fail(&broken).into())
    }

    /// The statement, prepared once on this connection.
    fn prepare(&self, sql: &str, values: &[Value]) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let types: Vec<_> = values.iter().map(cells::type_of).collect();
        let statement = self.answer(self.client.prepare_typed(sql, &types))?;
        if statement.params().len() != values.len() {
            return Err(Error::internal(format!("{} values for: {sql}", values.len())));
        }
        let mut kept = self.statements.borrow_mut();
        if kept.len() >= STATEMENTS {
            kept.clear();
        }
        kept.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn fail(&self, broken: &wait::Broken) -> Failure {
        if self.state.get() != State::Idle {
            self.state.set(State::Failed);
        }
        if !broken.is_final() {
            self.lost.set(true);
        }
        broken.as_failure(&self.server)
    }
}

fn unavailable(message: String) -> Error {
    Error::new(ErrorKind::Unavailable, message)
}
