//! Brings a database to the schema this version of Keyward works with.
//!
//! To change the schema: a new numbered file under `migrations/` and its line in [`ALL`]. A file
//! that has been released is never edited. It is written once, for SQLite; the text for PostgreSQL
//! is made from it (`postgres/dialect.rs`), so it keeps to what both understand. Each file runs
//! once, in a transaction that holds the write lock, together with the record that it ran.

use crate::connection::Connection;
use model::{Error, ErrorKind, Timestamp};

struct Migration {
    name: &'static str,
    sql: &'static str,
}

/// Every migration, oldest first; the first is version 1.
const ALL: &[Migration] = &[
    Migration { name: "start", sql: include_str!("../migrations/sqlite/0001_start.sql") },
    Migration { name: "keys", sql: include_str!("../migrations/sqlite/0002_keys.sql") },
    Migration { name: "users", sql: include_str!("../migrations/sqlite/0003_users.sql") },
    Migration { name: "orgs", sql: include_str!("../migrations/sqlite/0004_orgs.sql") },
    Migration { name: "clusters", sql: include_str!("../migrations/sqlite/0005_clusters.sql") },
    Migration { name: "usage", sql: include_str!("../migrations/sqlite/0006_usage.sql") },
    Migration { name: "api", sql: include_str!("../migrations/sqlite/0007_api.sql") },
    Migration {
        name: "cluster_access",
        sql: include_str!("../migrations/sqlite/0008_cluster_access.sql"),
    },
    Migration { name: "notices", sql: include_str!("../migrations/sqlite/0009_notices.sql") },
    Migration { name: "revisions", sql: include_str!("../migrations/sqlite/0010_revisions.sql") },
    Migration { name: "key_lists", sql: include_str!("../migrations/sqlite/0011_key_lists.sql") },
    Migration {
        name: "usage_of_users",
        sql: include_str!("../migrations/sqlite/0012_usage_of_users.sql"),
    },
    Migration { name: "lists", sql: include_str!("../migrations/sqlite/0013_lists.sql") },
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
