//! The SQLite engine: the only file that speaks to it.
//!
//! Every connection writes ahead (WAL) and waits for the disk at each commit (synchronous FULL):
//! what is acknowledged survives a kill and a power cut. A second process on the same file waits
//! its turn for a bounded time.

use crate::connection::{Cell, Row};
use crate::sql::{Failure, Value};
use model::{Error, ErrorKind};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ffi};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Marks the file as Keyward's: "KWRD".
const APPLICATION_ID: i64 = 0x4b57_5244;
/// How long a statement waits for another process to finish writing.
const BUSY: Duration = Duration::from_secs(10);
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// How many tables have this name.
pub(crate) const HAS_TABLE: &str =
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1";

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
        let number = |sql| self.first(sql, &[], |row| row.integer(0));
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        let id = number("PRAGMA application_id")?;
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

    /// Rolls back what is not committed.
    pub(crate) fn end_open_transaction(&self) {
        // Outside a transaction (after a commit, or when a full disk made SQLite roll back by
        // itself) there is nothing to undo.
        if !self.inner.is_autocommit() {
            let _ = self.batch("ROLLBACK");
        }
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
            each(&Row::Sqlite(row))?;
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
            Some(row) => read(&Row::Sqlite(row)).map(Some),
            None => Ok(None),
        }
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

/// What a column of a row holds.
pub(crate) fn cell<'a>(row: &'a rusqlite::Row<'_>, column: usize) -> Option<Cell<'a>> {
    match row.get_ref(column).ok()? {
        ValueRef::Null => Some(Cell::Null),
        ValueRef::Integer(number) => Some(Cell::Integer(number)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(Cell::Text),
        ValueRef::Blob(bytes) => Some(Cell::Blob(bytes)),
        ValueRef::Real(_) => None,
    }
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
