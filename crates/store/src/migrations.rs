//! Brings a database to the schema this version of Keyward works with.
//!
//! To change the schema: a new numbered file under `migrations/` and its line in [`ALL`]. A file
//! that has been released is never edited. It is written once, for SQLite; the text for PostgreSQL
//! is made from it (`postgres/dialect.rs`), so it keeps to what both understand. Each file runs
//! once, in a transaction that holds the write lock, together with the record that it ran. Where
//! SQL cannot say what the new tables hold, `fill` writes it afterwards.

use crate::connection::Connection;
use crate::keys;
use model::{Error, ErrorKind, Timestamp};

/// Writes rows that SQL cannot, in the transaction of the migration.
type Fill = fn(&Connection) -> Result<(), Error>;

struct Migration {
    name: &'static str,
    sql: &'static str,
    fill: Option<Fill>,
}

impl Migration {
    const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, fill: None }
    }
}

/// Every migration, oldest first; the first is version 1.
const ALL: &[Migration] = &[
    Migration::new("start", include_str!("../migrations/sqlite/0001_start.sql")),
    Migration::new("keys", include_str!("../migrations/sqlite/0002_keys.sql")),
    Migration::new("users", include_str!("../migrations/sqlite/0003_users.sql")),
    Migration::new("orgs", include_str!("../migrations/sqlite/0004_orgs.sql")),
    Migration::new("clusters", include_str!("../migrations/sqlite/0005_clusters.sql")),
    Migration::new("usage", include_str!("../migrations/sqlite/0006_usage.sql")),
    Migration::new("api", include_str!("../migrations/sqlite/0007_api.sql")),
    Migration::new("cluster_access", include_str!("../migrations/sqlite/0008_cluster_access.sql")),
    Migration::new("notices", include_str!("../migrations/sqlite/0009_notices.sql")),
    Migration::new("revisions", include_str!("../migrations/sqlite/0010_revisions.sql")),
    Migration::new("key_lists", include_str!("../migrations/sqlite/0011_key_lists.sql")),
    Migration::new("usage_of_users", include_str!("../migrations/sqlite/0012_usage_of_users.sql")),
    Migration::new("lists", include_str!("../migrations/sqlite/0013_lists.sql")),
    Migration {
        fill: Some(keys::words::fill),
        ..Migration::new("key_words", include_str!("../migrations/sqlite/0014_key_words.sql"))
    },
    Migration::new(
        "reset_by_letter",
        include_str!("../migrations/sqlite/0015_reset_by_letter.sql"),
    ),
    Migration::new("gateways", include_str!("../migrations/sqlite/0016_gateways.sql")),
    Migration::new("history", include_str!("../migrations/sqlite/0017_history.sql")),
];

const RECORD: &str = "
    CREATE TABLE schema_version (
        version     INTEGER PRIMARY KEY NOT NULL,
        name        TEXT NOT NULL,
        applied_at  INTEGER NOT NULL
    ) STRICT;
";

/// Runs what has not run yet. Safe to call from several processes at once.
pub(crate) fn run(connection: &Connection, now: Timestamp) -> Result<(), Error> {
    if applied(connection)? == ALL.len() {
        return Ok(());
    }
    let transaction = connection.begin_migration()?;
    apply(connection, now)?;
    Ok(transaction.commit()?)
}

/// The same within a transaction that holds the write lock.
pub(crate) fn apply(connection: &Connection, now: Timestamp) -> Result<(), Error> {
    apply_up_to(connection, now, ALL.len())
}

fn apply_up_to(connection: &Connection, now: Timestamp, newest: usize) -> Result<(), Error> {
    // Read again under the lock: another process may have come first.
    let done = applied(connection)?;
    if done == 0 {
        connection.claim()?;
        connection.batch(&connection.dialect(RECORD))?;
    }
    for (version, migration) in (1i64..).zip(&ALL[..newest]).skip(done) {
        connection.batch(&connection.dialect(migration.sql))?;
        migration.fill.map_or(Ok(()), |fill| fill(connection))?;
        connection.execute(
            "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3)",
            &[version.into(), migration.name.into(), now.into()],
        )?;
    }
    Ok(())
}

/// How many migrations have run.
fn applied(connection: &Connection) -> Result<usize, Error> {
    if !connection.has_table("schema_version")? {
        return Ok(0);
    }
    let newest = connection
        .number("SELECT coalesce(max(version), 0) FROM schema_version", &[])?
        .unwrap_or(0);
    match usize::try_from(newest) {
        Ok(newest) if newest <= ALL.len() => Ok(newest),
        _ => Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "the database was written by a newer Keyward (schema {newest}; this one knows {}); \
                 start the newer version, or restore a backup made before the upgrade",
                ALL.len()
            ),
        )),
    }
}

#[cfg(test)]
mod furniture;
#[cfg(test)]
mod tests;
