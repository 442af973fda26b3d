//! Shows that both databases hold the same.

use super::tables::Table;
use crate::audit::{self, Verification};
use crate::connection::{Cell, Connection};
use crate::sql::Value;
use crate::work::Reader;
use model::{Error, ErrorKind};
use sha2::{Digest, Sha256};

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Integer(number) => Self::Integer(number),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Blob(bytes) => Self::Blob(bytes.to_vec()),
        }
    }
}

/// How many rows the table has on both sides.
///
/// # Errors
/// `Unavailable` if they are not the same rows.
pub(super) fn same_rows(from: &Connection, to: &Connection, table: &Table) -> Result<u64, Error> {
    let (here, there) = (digest(from, table)?, digest(to, table)?);
    if here == there {
        return Ok(here.0);
    }
    Err(Error::new(
        ErrorKind::Unavailable,
        format!(
            "the copy of {} is not the same: {} rows here and {} there; nothing was moved",
            table.name, here.0, there.0
        ),
    ))
}

/// Number and digest of all rows in their order. Each cell counts with its kind and its length, so
/// no two different tables read the same.
fn digest(connection: &Connection, table: &Table) -> Result<(u64, [u8; 32]), Error> {
    let (mut rows, mut digest) = (0, Sha256::new());
    connection.each(&table.select(), &[], |row| {
        rows += 1;
        for column in 0..table.columns.len() {
            let cell = row.cell(column).ok_or_else(|| unreadable(&table.name, column))?;
            let number;
            let (kind, bytes): (u8, &[u8]) = match cell {
                Cell::Null => (0, &[]),
                Cell::Integer(value) => {
                    number = value.to_be_bytes();
                    (1, &number)
                }
                Cell::Text(text) => (2, text.as_bytes()),
                Cell::Blob(bytes) => (3, bytes),
            };
            digest.update([kind]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
        Ok(())
    })?;
    Ok((rows, digest.finalize().into()))
}

/// How many records the audit trail has.
///
/// # Errors
/// `Unavailable` if it is not as it was written.
pub(super) fn intact_trail(reader: &Reader<'_>) -> Result<u64, Error> {
    match audit::verify(reader)? {
        Verification::Intact { records } => Ok(records),
        Verification::Broken { number, why } => Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "the audit trail was altered: record {number} does not fit ({why}); nothing was \
                 moved; `keyward audit verify` says the same of the source"
            ),
        )),
    }
}

pub(super) fn unreadable(table: &str, column: usize) -> Error {
    Error::internal(format!("column {column} of {table} holds what Keyward never wrote"))
}
