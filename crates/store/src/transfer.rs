//! Moves everything from a SQLite database to a PostgreSQL database, and proves that nothing was
//! lost on the way.
//!
//! Which tables and columns there are is asked of the databases themselves, so no table can be
//! forgotten. All of it happens in one transaction of the target: it has everything or nothing. The
//! source is only read, but for bringing its schema up to date.

mod proof;
pub(crate) mod tables;

use crate::connection::Connection;
use crate::database::{Database, Engine};
use crate::sql::{Value, to_count};
use crate::vault::Vault;
use crate::work::Reader;
use crate::{PostgresAddress, migrations, store};
use model::{Error, ErrorKind, Timestamp};
use std::path::Path;
use tables::Table;

/// How many rows are written with one statement; times the columns of any table of ours this stays
/// below the 65 535 values that a statement may have.
const BATCH: usize = 500;

/// One step of a move.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// So many rows are to be copied.
    Begun {
        /// The rows of all tables.
        rows: u64,
    },
    /// So many rows of the table have been written.
    Copied {
        /// The table.
        table: &'a str,
        /// Its rows so far.
        rows: u64,
    },
    /// The table has the same rows on both sides.
    Proved {
        /// The table.
        table: &'a str,
        /// How many rows it has.
        rows: u64,
    },
    /// Everything is moved, and the database has looked at the table to know how to find its rows,
    /// or why not: then it does so by itself, later.
    LookedOver {
        /// The table.
        table: &'a str,
        /// Whether it has.
        done: Result<(), Error>,
    },
}

/// What was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// How many tables.
    pub tables: usize,
    /// How many rows in all of them.
    pub rows: u64,
    /// How many audit records, whose chain was verified in the target.
    pub audit_records: u64,
}

/// Copies the database in the folder to an empty PostgreSQL database, compares both row by row, and
/// verifies the audit trail of the copy before anything of it becomes visible.
///
/// # Errors
/// `Conflict` if the target already holds something; `Unavailable` if one of both cannot be used or
/// the copy differs. The target is then as it was.
pub fn sqlite_to_postgres(
    folder: &Path,
    target: &PostgresAddress,
    vault: &Vault,
    now: Timestamp,
    report: &mut dyn FnMut(Step<'_>),
) -> Result<Moved, Error> {
    let from = Engine::of(&Database::Folder(folder.to_owned()))?.connect()?;
    if !from.has_table("store_state")? {
        return Err(Error::new(
            ErrorKind::NotFound,
            format!("the database in {} is empty: there is nothing to move", folder.display()),
        ));
    }
    store::master_key_fits(&from, vault)?;
    migrations::run(&from, now)?;
    let to = Engine::of(&Database::Postgres(target.clone()))?.connect()?;
    let _unchanging = from.begin_write()?;
    let transaction = to.begin_migration()?;
    migrations::apply(&to, now)?;
    let tables = tables::of_both(&from, &to)?;
    for table in &tables {
        refuse_filled(&to, table, target)?;
    }
    let mut rows = 0;
    for table in &tables {
        let sql = format!("SELECT count(*) FROM {}", table.name);
        rows += to_count(from.number(&sql, &[])?.unwrap_or(0));
    }
    report(Step::Begun { rows });
    let references = tables::defer_references(&to)?;
    for table in &tables {
        copy(&from, &to, table, report)?;
    }
    tables::restore_references(&to, &references)?;
    let mut moved = Moved { tables: tables.len(), rows: 0, audit_records: 0 };
    for table in &tables {
        let rows = proof::same_rows(&from, &to, table)?;
        moved.rows += rows;
        report(Step::Proved { table: &table.name, rows });
    }
    moved.audit_records = proof::intact_trail(&Reader { sql: &to, vault })?;
    transaction.commit()?;
    for table in &tables {
        // Everything is there: what fails now only lets the database find out by itself, later.
        report(Step::LookedOver { table: &table.name, done: to.look_over(&table.name) });
    }
    Ok(moved)
}

fn refuse_filled(to: &Connection, table: &Table, target: &PostgresAddress) -> Result<(), Error> {
    let sql = format!("SELECT count(*) FROM {}", table.name);
    if to.number(&sql, &[])? == Some(0) {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "the database {target} is not empty: Keyward has data there already; make a new database \
         and name that one"
    )))
}

fn copy(
    from: &Connection,
    to: &Connection,
    table: &Table,
    report: &mut dyn FnMut(Step<'_>),
) -> Result<(), Error> {
    let (mut waiting, mut rows) = (Vec::new(), 0);
    let mut write = |values: &mut Vec<Value>, rows: &mut u64| {
        let count = values.len() / table.columns.len();
        if count == 0 {
            return Ok(());
        }
        to.execute(&table.insert(count), values)?;
        values.clear();
        *rows += count as u64;
        report(Step::Copied { table: &table.name, rows: *rows });
        Ok::<(), Error>(())
    };
    from.each(&table.select(), &[], |row| {
        for column in 0..table.columns.len() {
            let cell = row.cell(column);
            let cell = cell.ok_or_else(|| proof::unreadable(&table.name, column))?;
            waiting.push(Value::from(cell));
        }
        if waiting.len() >= BATCH * table.columns.len() {
            write(&mut waiting, &mut rows)?;
        }
        Ok(())
    })?;
    write(&mut waiting, &mut rows)
}
