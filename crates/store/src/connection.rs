//! What the store asks of a database, whichever engine it is: statements, transactions and rows.
//!
//! The noun files know this face only. Nothing here decides by engine but the dispatch itself; what
//! an engine does is in its own file. To ask one more thing of a database: a function here and its
//! two answers in `sqlite.rs` and `postgres.rs`. Whatever waits for an answer says so at the level
//! `trace`, by the text of the question and never by its values: tests count what commands ask.

use crate::bell::Channel;
use crate::serving::Sharing;
use crate::sql::{Failure, Value};
use crate::{postgres, sqlite};
use model::{Error, Revision, Timestamp};
use std::str::FromStr;

/// One connection to the database, used by one thread at a time.
pub(crate) enum Connection {
    Sqlite(sqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

impl Connection {
    /// Makes this connection refuse every change.
    pub(crate) fn only_read(self) -> Result<Self, Error> {
        match self {
            Self::Sqlite(connection) => connection.only_read().map(Self::Sqlite),
            // There every snapshot is a transaction that only reads.
            Self::Postgres(connection) => Ok(Self::Postgres(connection)),
        }
    }

    /// Whether nothing can be asked of this connection any more.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(connection) => connection.is_lost(),
        }
    }

    /// Takes an empty database for Keyward, within the transaction of the first migration.
    ///
    /// # Errors
    /// `Unavailable` if the database is another program's.
    pub(crate) fn claim(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => connection.claim_file(),
            Self::Postgres(connection) => connection.claim_schema(),
        }
    }

    /// Whether the database has a table of this name.
    pub(crate) fn has_table(&self, name: &str) -> Result<bool, Error> {
        let sql = match self {
            Self::Sqlite(_) => sqlite::HAS_TABLE,
            Self::Postgres(_) => postgres::HAS_TABLE,
        };
        Ok(self.number(sql, &[name.into()])? == Some(1))
    }

    /// Takes the right to serve the database, under a name that tells this process from others.
    /// Answers whether it is held now.
    pub(crate) fn take_serving_lock(&self, sharing: Sharing, name: &str) -> Result<bool, Error> {
        match self {
            // The lock on the data folder holds the others off.
            Self::Sqlite(_) => Ok(sharing == Sharing::Alone),
            Self::Postgres(connection) => connection.take_serving_lock(sharing, name),
        }
    }

    /// Takes the first place among those who share the database. Answers whether it is held now.
    pub(crate) fn take_first_place(&self) -> Result<bool, Error> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(connection) => connection.take_first_place(),
        }
    }

    /// The text of a migration as this engine reads it.
    pub(crate) fn dialect(&self, sql: &str) -> String {
        match self {
            Self::Sqlite(_) => sql.to_owned(),
            Self::Postgres(_) => postgres::dialect::translate(sql),
        }
    }

    /// Starts a transaction that may write; others that want to write wait, in every process.
    pub(crate) fn begin_write(&self) -> Result<Transaction<'_>, Error> {
        self.start_write()?;
        Ok(Transaction::resume(self))
    }

    /// The same for a change of the schema, which may take long.
    pub(crate) fn begin_migration(&self) -> Result<Transaction<'_>, Error> {
        match self {
            Self::Sqlite(_) => self.start_write()?,
            Self::Postgres(connection) => connection.begin_migration()?,
        }
        Ok(Transaction::resume(self))
    }

    /// Starts a transaction that may write; [`Transaction::resume`] holds it.
    pub(crate) fn start_write(&self) -> Result<(), Error> {
        asked("BEGIN");
        match self {
            Self::Sqlite(connection) => connection.batch("BEGIN IMMEDIATE"),
            Self::Postgres(connection) => connection.begin_write(),
        }
    }

    /// Starts a transaction that sees one snapshot; [`Transaction::resume`] holds it.
    pub(crate) fn start_read(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => connection.batch("BEGIN DEFERRED"),
            Self::Postgres(connection) => connection.begin_read(),
        }
    }

    /// Makes the database ready for a table that was filled at once.
    pub(crate) fn look_over(&self, table: &str) -> Result<(), Error> {
        match self {
            // It knows enough from its indexes.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.look_over(table),
        }
    }

    /// Runs statements that take no values and answer nothing.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), Error> {
        asked(sql);
        match self {
            Self::Sqlite(connection) => connection.batch(sql),
            Self::Postgres(connection) => connection.batch(sql),
        }
    }

    /// Runs one statement and says how many rows it changed. A statement that fails ends the
    /// change it is part of: what follows it fails too, and nothing can be committed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Failure> {
        asked(sql);
        match self {
            Self::Sqlite(connection) => connection.execute(sql, values),
            Self::Postgres(connection) => connection.execute(sql, values),
        }
    }

    /// Tells others who share the database that they should look.
    pub(crate) fn tell(&self, channel: Channel) -> Result<(), Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(connection) => connection.batch(&format!("NOTIFY {}", channel.name())),
        }
    }

    /// Hands every row to `each`, one at a time, however many they are; within a transaction only.
    /// `each` may ask this connection something else.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value],
        each: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        asked(sql);
        match self {
            Self::Sqlite(connection) => connection.each(sql, values, each),
            Self::Postgres(connection) => connection.each(sql, values, each),
        }
    }

    /// The first row, if there is one. For queries that answer few rows.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        asked(sql);
        match self {
            Self::Sqlite(connection) => connection.first(sql, values, read),
            Self::Postgres(connection) => connection.first(sql, values, read),
        }
    }

    /// Every row. For lists with a bound only.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        asked(sql);
        match self {
            Self::Sqlite(connection) => {
                let mut items = Vec::new();
                connection.each(sql, values, |row| {
                    items.push(read(row)?);
                    Ok(())
                })?;
                Ok(items)
            }
            Self::Postgres(connection) => connection.all(sql, values, read),
        }
    }

    /// The first column of the first row, a number.
    pub(crate) fn number(&self, sql: &str, values: &[Value]) -> Result<Option<i64>, Error> {
        self.first(sql, values, |row| row.integer(0))
    }
}

/// Says that the database was asked, and is waited for.
fn asked(question: &str) {
    tracing::trace!(target: "store::questions", question, "asked the database");
}

/// A transaction; dropped without a commit, it leaves no trace.
pub(crate) struct Transaction<'a> {
    connection: &'a Connection,
}

/// Why a transaction was not committed, or may not have been.
#[derive(Debug)]
pub(crate) enum NotCommitted {
    /// Nothing of it happened.
    Surely(Error),
    /// The database did not say whether it took effect.
    Perhaps(Error),
}

impl From<NotCommitted> for Error {
    fn from(failure: NotCommitted) -> Self {
        match failure {
            NotCommitted::Surely(error) | NotCommitted::Perhaps(error) => error,
        }
    }
}

impl<'a> Transaction<'a> {
    /// The transaction that is under way on the connection.
    pub(crate) fn resume(connection: &'a Connection) -> Self {
        Transaction { connection }
    }

    /// Makes everything since the beginning durable, or nothing of it.
    pub(crate) fn commit(self) -> Result<(), NotCommitted> {
        self.end(None)
    }

    /// The same, and tells others who share the database.
    pub(crate) fn commit_telling(self, channel: Channel) -> Result<(), NotCommitted> {
        self.end(Some(channel))
    }

    fn end(self, tell: Option<Channel>) -> Result<(), NotCommitted> {
        asked("COMMIT");
        match self.connection {
            // Nobody shares it.
            Connection::Sqlite(connection) => {
                connection.batch("COMMIT").map_err(NotCommitted::Surely)
            }
            Connection::Postgres(connection) => connection.commit(tell),
        }
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        match self.connection {
            Connection::Sqlite(connection) => connection.end_open_transaction(),
            Connection::Postgres(connection) => connection.end_open_transaction(),
        }
    }
}

/// What one column of one row holds.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// One row of an answer; columns are counted from 0.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// What the column holds, of whichever kind; `None` for a kind that Keyward never writes.
    pub(crate) fn cell(&self, column: usize) -> Option<Cell<'_>> {
        match self {
            Self::Sqlite(row) => sqlite::cell(row, column),
            Self::Postgres(row) => postgres::cells::cell(row, column),
        }
    }

    /// A text.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Error> {
        self.maybe_text(column)?.ok_or_else(|| unexpected(column))
    }

    /// A text or nothing.
    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.cell(column) {
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(text)) => Ok(Some(text)),
            _ => Err(unexpected(column)),
        }
    }

    /// A text that is an id or another value with one spelling.
    pub(crate) fn parsed<T: FromStr<Err = Error>>(&self, column: usize) -> Result<T, Error> {
        self.text(column)?.parse().map_err(|_| unexpected(column))
    }

    /// The same, or nothing.
    pub(crate) fn maybe_parsed<T: FromStr<Err = Error>>(
        &self,
        column: usize,
    ) -> Result<Option<T>, Error> {
        self.maybe_text(column)?
            .map(|text| text.parse().map_err(|_| unexpected(column)))
            .transpose()
    }

    /// A text that `read` understands.
    pub(crate) fn read<T, E>(
        &self,
        column: usize,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Error> {
        read(self.text(column)?).map_err(|_| unexpected(column))
    }

    /// A number.
    pub(crate) fn integer(&self, column: usize) -> Result<i64, Error> {
        self.maybe_integer(column)?.ok_or_else(|| unexpected(column))
    }

    /// A number or nothing.
    pub(crate) fn maybe_integer(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.cell(column) {
            Some(Cell::Null) => Ok(None),
            Some(Cell::Integer(number)) => Ok(Some(number)),
            _ => Err(unexpected(column)),
        }
    }

    /// A moment.
    pub(crate) fn moment(&self, column: usize) -> Result<Timestamp, Error> {
        self.integer(column).map(Timestamp::from_millis)
    }

    /// A revision.
    pub(crate) fn revision(&self, column: usize) -> Result<Revision, Error> {
        let number = self.integer(column)?;
        let number = u64::try_from(number).map_err(|_| unexpected(column))?;
        Ok(Revision::new(number))
    }

    /// Yes or no.
    pub(crate) fn flag(&self, column: usize) -> Result<bool, Error> {
        self.integer(column).map(|number| number != 0)
    }

    /// Bytes.
    pub(crate) fn blob(&self, column: usize) -> Result<&[u8], Error> {
        self.maybe_blob(column)?.ok_or_else(|| unexpected(column))
    }

    /// Bytes or nothing.
    pub(crate) fn maybe_blob(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.cell(column) {
            Some(Cell::Null) => Ok(None),
            Some(Cell::Blob(bytes)) => Ok(Some(bytes)),
            _ => Err(unexpected(column)),
        }
    }
}

fn unexpected(column: usize) -> Error {
    Error::internal(format!("column {column} of a row holds what Keyward never wrote"))
}
