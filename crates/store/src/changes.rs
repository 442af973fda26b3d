//! The change log, and the feed that keeps gateways' access tables true.
//!
//! A change of what gateways know writes `(revision, ordinal, noun, id)` in its own transaction:
//! which thing, not how it was. Reading the feed looks up how the thing is now, in the snapshot it
//! reads from, so a change read twice, or late, is right either way.

use crate::access;
use crate::sql::{text, to_integer};
use crate::store::horizon;
use crate::work::{Reader, Work};
use model::{Change, Error, KeyId, OrganizationId, Revision, UserId};

/// What a reader of the feed is told.
#[derive(Clone, Debug)]
pub enum Feed {
    /// Apply these.
    Changes(Changes),
    /// The log no longer reaches back this far: load the whole table.
    Reload,
    /// The store is at this older revision: the database has been put back in time. Whoever has
    /// seen more must refuse rather than follow.
    WentBack(Revision),
}

/// A run of changes, in the order they were committed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The revision a reader has reached once it applied them.
    pub upto: Revision,
    /// The changes.
    pub items: Vec<Change>,
    /// Whether there was nothing newer.
    pub complete: bool,
}

/// The kinds of things gateways know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    Key,
    Cluster,
    Project,
    ClusterUser,
    ClusterRole,
}

impl Noun {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Cluster => "cluster",
            Self::Project => "project",
            Self::ClusterUser => "cluster-user",
            Self::ClusterRole => "cluster-role",
        }
    }
}

/// Publishes that a thing is new, has changed or is gone.
pub(crate) fn log(work: &mut Work<'_>, noun: Noun, id: &str) -> Result<(), Error> {
    let values =
        [work.revision().into(), work.next_ordinal().into(), noun.as_str().into(), id.into()];
    work.execute(
        "INSERT INTO change_log (revision, ordinal, noun, id) VALUES ($1, $2, $3, $4)",
        &values,
    )?;
    Ok(())
}

/// Publishes that what a person's keys open has changed.
pub(crate) fn log_keys_of_user(
    work: &mut Work<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), Error> {
    let sql = "SELECT id FROM keys WHERE organization_id = $1 AND user_id = $2 ORDER BY id";
    let values = [text(organization), text(user)];
    let keys: Vec<KeyId> = work.sql.all(sql, &values, |row| row.parsed(0))?;
    keys.iter().try_for_each(|key| log(work, Noun::Key, &key.to_string()))
}

/// Publishes that what a person's keys open has changed, in whichever organization they are.
pub(crate) fn log_all_keys_of_user(work: &mut Work<'_>, user: UserId) -> Result<(), Error> {
    let sql = "SELECT id FROM keys WHERE user_id = $1 ORDER BY id";
    let keys: Vec<KeyId> = work.sql.all(sql, &[text(user)], |row| row.parsed(0))?;
    keys.iter().try_for_each(|key| log(work, Noun::Key, &key.to_string()))
}

/// Forgets the oldest revisions, a batch at a time.
pub(crate) fn prune(work: &mut Work<'_>, kept: u64) -> Result<(), Error> {
    let batch = (kept / 64).max(1);
    if !work.revision().number().is_multiple_of(batch) {
        return Ok(());
    }
    let horizon = horizon(work.revision(), kept);
    work.execute("DELETE FROM change_log WHERE revision <= $1", &[horizon.into()])?;
    work.execute("UPDATE store_state SET pruned_to = $1 WHERE pruned_to < $1", &[horizon.into()])?;
    Ok(())
}

/// The newest revision of the snapshot.
pub(crate) fn revision(reader: &Reader<'_>) -> Result<Revision, Error> {
    let (newest, _) = state(reader)?;
    Ok(newest)
}

/// The newest revision, and the newest that the log no longer holds.
fn state(reader: &Reader<'_>) -> Result<(Revision, Revision), Error> {
    let sql = "SELECT revision, pruned_to FROM store_state";
    reader
        .sql
        .first(sql, &[], |row| Ok((row.revision(0)?, row.revision(1)?)))?
        .ok_or_else(|| Error::internal("the revision is missing"))
}

pub(crate) fn after(reader: &Reader<'_>, seen: Revision, limit: usize) -> Result<Feed, Error> {
    let (newest, pruned_to) = state(reader)?;
    if seen > newest {
        return Ok(Feed::WentBack(newest));
    }
    if seen < pruned_to {
        return Ok(Feed::Reload);
    }
    let upto = last_of_batch(reader, seen, limit)?.unwrap_or(newest);
    let sql = "SELECT noun, id FROM change_log WHERE revision > $1 AND revision <= $2 \
               ORDER BY revision, ordinal";
    let keys = access::changed_keys(reader, seen, upto)?;
    let mut items = Vec::new();
    reader.sql.each(sql, &[seen.into(), upto.into()], |row| {
        items.push(match row.text(0)? {
            "key" => {
                let id = row.parsed(1)?;
                keys.get(&id).map_or(Change::KeyGone(id), |key| Change::KeyPut(key.clone()))
            }
            "cluster" => access::cluster(reader, row.parsed(1)?)?,
            "project" => access::project(reader, row.parsed(1)?)?,
            "cluster-user" => access::cluster_user(reader, row.parsed(1)?)?,
            "cluster-role" => access::cluster_role(reader, row.parsed(1)?)?,
            other => return Err(Error::internal(format!("a change of a {other}"))),
        });
        Ok(())
    })?;
    Ok(Feed::Changes(Changes { upto, items, complete: upto == newest }))
}

/// The revision with the change number `limit` after `seen`; `None` if there are fewer changes.
fn last_of_batch(
    reader: &Reader<'_>,
    seen: Revision,
    limit: usize,
) -> Result<Option<Revision>, Error> {
    let sql = "SELECT revision FROM change_log WHERE revision > $1 \
               ORDER BY revision, ordinal LIMIT 1 OFFSET $2";
    let skipped = to_integer(limit.saturating_sub(1) as u64);
    let values = [seen.into(), skipped.into()];
    reader.sql.first(sql, &values, |row| row.revision(0))
}
