//! The SQLite engine: the only file that speaks to it (with `migrations.rs`, which holds its
//! schema).
//!
//! Every connection writes ahead (WAL) and waits for the disk at each commit (synchronous FULL):
//! what is acknowledged survives a kill and a power cut. A second process on the same file waits
//! its turn for a bounded time.

use crate::sql::{Failure, Value};
use model::{Error, ErrorKind, Revision, Timestamp};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ffi};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// Marks the file as Keyward's: "KWRD".
const APPLICATION_ID: i64 = 0x4b57_5244;
/// How long a statement waits for another process to finish writing.
const BUSY: Duration = Duration::from_secs(10);
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

const PRAGMAS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
";

/// Lets one connection at a time open the database, in this process and in others.
///
/// Who switches a new file to WAL while somebody else does is refused at once instead of waiting.
/// The lock is on the folder: closing a second handle of the file would drop SQLite's own locks on
/// it.
fn take_turn(path: &Path) -> Result<File, Error> {
    let turn = || {
        let folder = File::open(path.parent().unwrap_or(Path::new(".")))?;
        folder.lock()?;
        Ok(folder)
    };
    turn().map_err(|error: std::io::Error| {
        let message = format!("the folder of {} cannot be locked", path.display());
        Error::new(ErrorKind::Unavailable, message).with_context(error.to_string())
    })
}

/// One connection to the database.
pub(crate) struct Connection {
    inner: rusqlite::Connection,
    path: Arc<PathBuf>,
}

impl Connection {
    /// Opens the file, which must exist.
    pub(crate) fn open(path: &Arc<PathBuf>) -> Result<Self, Error> {
        let _turn = take_turn(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let inner = rusqlite::Connection::open_with_flags(path.as_path(), flags)
            .map_err(|error| explain(path, &error))?;
        let connection = Self { inner, path: Arc::clone(path) };
        connection.inner.busy_timeout(BUSY).map_err(|error| explain(path, &error))?;
        connection.inner.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.refuse_foreign_file()?;
        connection.batch(PRAGMAS)?;
        Ok(connection)
    }

    /// Makes this connection refuse every change.
    pub(crate) fn only_read(self) -> Result<Self, Error> {
        self.batch("PRAGMA query_only = ON;")?;
        Ok(self)
    }

    /// Marks the file as Keyward's, within the transaction of the first migration.
    pub(crate) fn claim_file(&self) -> Result<(), Error> {
        self.batch(&format!("PRAGMA application_id = {APPLICATION_ID};"))
    }

    fn refuse_foreign_file(&self) -> Result<(), Error> {
        // In this order: another connection may make both at once in between.
        let tables = self.number("SELECT count(*) FROM sqlite_schema", &[])?;
        let id = self.number("PRAGMA application_id", &[])?;
        if id == Some(APPLICATION_ID) || tables == Some(0) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "{} is the database of another program; point Keyward at a folder of its own",
                self.path.display()
            ),
        ))
    }

    /// Whether the database has a table of this name.
    pub(crate) fn has_table(&self, name: &str) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1";
        Ok(self.number(sql, &[name.into()])? == Some(1))
    }

    /// Starts a transaction that may write; others that want to write wait.
    pub(crate) fn begin_write(&self) -> Result<Transaction<'_>, Error> {
        self.batch("BEGIN IMMEDIATE")?;
        Ok(Transaction { connection: self })
    }

    /// Starts a transaction that sees one snapshot.
    pub(crate) fn begin_read(&self) -> Result<Transaction<'_>, Error> {
        self.batch("BEGIN DEFERRED")?;
        Ok(Transaction { connection: self })
    }

    /// Runs statements that take no values and answer nothing.
    pub(crate) fn batch(&self, sql: &str) -> Result<(), Error> {
        self.inner.execute_batch(sql).map_err(|error| explain(&self.path, &error))
    }

    /// Runs one statement and says how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Failure> {
        let run = || {
            let mut statement = self.inner.prepare_cached(sql)?;
            bind(&mut statement, values)?;
            statement.raw_execute()
        };
        run().map_err(|error| self.fail(&error))
    }

    /// Hands every row to `each`, one at a time.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value],
        mut each: impl FnMut(&Row<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let failed = |error: rusqlite::Error| Error::from(self.fail(&error));
        let mut statement = self.inner.prepare_cached(sql).map_err(failed)?;
        bind(&mut statement, values).map_err(failed)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            each(&Row { row })?;
        }
        Ok(())
    }

    /// The first row, if there is one.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let failed = |error: rusqlite::Error| self.fail(&error);
        let mut statement = self.inner.prepare_cached(sql).map_err(failed)?;
        bind(&mut statement, values).map_err(failed)?;
        let mut rows = statement.raw_query();
        match rows.next().map_err(failed)? {
            Some(row) => read(&Row { row }).map(Some),
            None => Ok(None),
        }
    }

    /// Every row. For lists with a bound only.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        self.each(sql, values, |row| {
            items.push(read(row)?);
            Ok(())
        })?;
        Ok(items)
    }

    /// The first column of the first row, a number.
    pub(crate) fn number(&self, sql: &str, values: &[Value]) -> Result<Option<i64>, Error> {
        self.first(sql, values, |row| row.integer(0))
    }

    fn fail(&self, error: &rusqlite::Error) -> Failure {
        let explained = explain(&self.path, error);
        let rusqlite::Error::SqliteFailure(code, Some(message)) = error else {
            return Failure::Other(explained);
        };
        match code.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Failure::Taken(message.clone())
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Failure::Reference(explained),
            _ => Failure::Other(explained),
        }
    }
}

/// A transaction; dropped without a commit, it leaves no trace.
pub(crate) struct Transaction<'a> {
    connection: &'a Connection,
}

impl Transaction<'_> {
    /// Makes everything since the beginning durable, or nothing of it.
    pub(crate) fn commit(self) -> Result<(), Error> {
        self.connection.batch("COMMIT")
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // Outside a transaction (after a commit, or when a full disk made SQLite roll back by
        // itself) there is nothing to undo.
        if !self.connection.inner.is_autocommit() {
            let _ = self.connection.batch("ROLLBACK");
        }
    }
}

/// One row of an answer; columns are counted from 0.
pub(crate) struct Row<'a> {
    row: &'a rusqlite::Row<'a>,
}

impl Row<'_> {
    /// A text.
    pub(crate) fn text(&self, column: usize) -> Result<&str, Error> {
        self.maybe_text(column)?.ok_or_else(|| unexpected(column))
    }

    /// A text or nothing.
    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.row.get_ref(column) {
            Ok(ValueRef::Null) => Ok(None),
            Ok(ValueRef::Text(bytes)) => {
                std::str::from_utf8(bytes).map(Some).map_err(|_| unexpected(column))
            }
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
        match self.row.get_ref(column) {
            Ok(ValueRef::Null) => Ok(None),
            Ok(ValueRef::Integer(number)) => Ok(Some(number)),
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
        match self.row.get_ref(column) {
            Ok(ValueRef::Null) => Ok(None),
            Ok(ValueRef::Blob(bytes)) => Ok(Some(bytes)),
            _ => Err(unexpected(column)),
        }
    }
}

fn unexpected(column: usize) -> Error {
    Error::internal(format!("column {column} of a row holds what Keyward never wrote"))
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Binds `$1` to the first value and so on, in whichever order the query names them.
fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for slot in 1..=statement.parameter_count() {
        let value = statement
            .parameter_name(slot)
            .and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok())
            .and_then(|number| values.get(number.checked_sub(1)?))
            .ok_or_else(|| rusqlite::Error::InvalidParameterCount(slot, values.len()))?;
        statement.raw_bind_parameter(slot, value)?;
    }
    Ok(())
}

/// Says what happened so that an operator knows what to do.
fn explain(path: &Path, error: &rusqlite::Error) -> Error {
    let shown = path.display();
    let message = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => format!(
            "the database {shown} is damaged or not a database; restore it from your backup"
        ),
        Some(ErrorCode::DiskFull) => {
            format!("the disk under {shown} is full; nothing was changed; free some space")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => format!(
            "the database {shown} cannot be written; check the permissions of the folder and \
             that its disk is not read-only"
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another process keeps the database {shown} busy; try again")
        }
        Some(ErrorCode::SystemIoFailure) => format!(
            "the disk under the database {shown} does not read or write (is it full, read-only or \
             broken?); nothing was changed"
        ),
        _ => return Error::internal(format!("{shown}: {error}")),
    };
    Error::new(ErrorKind::Unavailable, message).with_context(error.to_string())
}
