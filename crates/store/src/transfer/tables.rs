//! The tables of both databases and how they refer to each other, asked of the databases.

use crate::connection::Connection;
use model::Error;

/// What each database writes itself when it is brought to a schema.
const OF_THE_SCHEMA: &str = "schema_version";

/// A table that both databases have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// In the order of the source.
    pub(crate) columns: Vec<String>,
}

impl Table {
    /// Every row, in an order that is the same on every engine: by the first columns that differ,
    /// bytes and numbers as they are, nothing before something.
    pub(crate) fn select(&self) -> String {
        let order: Vec<_> =
            self.columns.iter().map(|column| format!("{column} NULLS FIRST")).collect();
        let columns = self.columns.join(", ");
        format!("SELECT {columns} FROM {} ORDER BY {}", self.name, order.join(", "))
    }

    /// Writes so many rows.
    pub(super) fn insert(&self, rows: usize) -> String {
        let wide = self.columns.len();
        let row = |number: usize| {
            let values: Vec<_> =
                (1..=wide).map(|column| format!("${}", number * wide + column)).collect();
            format!("({})", values.join(", "))
        };
        let rows: Vec<_> = (0..rows).map(row).collect();
        format!(
            "INSERT INTO {} ({}) VALUES {}",
            self.name,
            self.columns.join(", "),
            rows.join(", ")
        )
    }
}

/// The tables to move.
///
/// # Errors
/// `Internal` if the two databases do not have the same tables and columns.
pub(super) fn of_both(from: &Connection, to: &Connection) -> Result<Vec<Table>, Error> {
    let source = tables(from)?;
    let mut target = tables(to)?;
    for table in &mut target {
        table.columns.sort();
    }
    let sorted = source.iter().map(|table| {
        let mut columns = table.columns.clone();
        columns.sort();
        Table { name: table.name.clone(), columns }
    });
    let sorted: Vec<_> = sorted.collect();
    if sorted != target {
        return Err(Error::internal(format!("not the same tables: {sorted:?}, {target:?}")));
    }
    Ok(source)
}

/// The tables of a database, by name.
pub(crate) fn tables(connection: &Connection) -> Result<Vec<Table>, Error> {
    let (tables, columns) = match connection {
        Connection::Sqlite(_) => (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' \
             ESCAPE '\\' ORDER BY name",
            "SELECT name FROM pragma_table_info($1) ORDER BY cid",
        ),
        Connection::Postgres(_) => (
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'keyward' \
             ORDER BY tablename COLLATE \"C\"",
            "SELECT attname FROM pg_catalog.pg_attribute WHERE attnum > 0 AND NOT attisdropped \
             AND attrelid = (SELECT c.oid FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'keyward' AND c.relname = $1) ORDER BY attnum",
        ),
    };
    let text = |row: &crate::connection::Row<'_>| Ok(row.text(0)?.to_owned());
    let names: Vec<String> = connection.all(tables, &[], text)?;
    let named = names.into_iter().filter(|name| name != OF_THE_SCHEMA);
    named
        .map(|name| {
            let columns = connection.all(columns, &[name.as_str().into()], text)?;
            Ok(Table { name, columns })
        })
        .collect()
}

/// A reference of the target, checked at the end instead of row by row while everything is copied:
/// rows may refer to each other in a circle.
pub(super) struct Reference {
    table: String,
    name: String,
}

/// Puts the check of every reference off.
pub(super) fn defer_references(to: &Connection) -> Result<Vec<Reference>, Error> {
    let sql = "SELECT r.relname, c.conname FROM pg_catalog.pg_constraint c \
               JOIN pg_catalog.pg_class r ON r.oid = c.conrelid \
               JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace \
               WHERE c.contype = 'f' AND n.nspname = 'keyward' ORDER BY c.oid";
    let references: Vec<Reference> = to.all(sql, &[], |row| {
        Ok(Reference { table: row.text(0)?.to_owned(), name: row.text(1)?.to_owned() })
    })?;
    for Reference { table, name } in &references {
        to.batch(&format!(
            "ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED"
        ))?;
    }
    Ok(references)
}

/// Checks every reference, and from then on each row by itself again.
pub(super) fn restore_references(to: &Connection, references: &[Reference]) -> Result<(), Error> {
    to.batch("SET CONSTRAINTS ALL IMMEDIATE")?;
    for Reference { table, name } in references {
        to.batch(&format!("ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE"))?;
    }
    Ok(())
}
