//! The change log, and the feed that keeps gateways' access tables true.
//!
//! A change of what gateways know writes `(revision, ordinal, noun, id)` in its own transaction:
//! which thing, not how it was. Reading the feed looks up how the thing is now, in the snapshot it
//! reads from, so a change read twice, or late, is right either way.

use crate::sql::{text, to_integer};
use crate::store::horizon;
use crate::work::{Reader, Work};
use crate::{access, audit};
use model::{Change, Error, KeyId, OrganizationId, Revision, UserId};

/// What a reader of the feed is told.
#[derive(Clone, Debug)]
pub enum Feed {
    /// Apply these.
    Changes(Changes),
    /// The log no longer reaches back this far: load the whole table.
    Reload,
    /// The store is at this revision, but its history is not the one that the reader has seen: the
    /// database has been put back in time, and may have gone on from there. Whoever has seen
    /// something else must refuse rather than follow.
    WentBack(Revision),
}

/// What a reader of the feed has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    revision: Revision,
    /// Number and hash of an audit record that was there.
    mark: Option<(u64, audit::Hash)>,
}

impl Seen {
    /// Nothing yet.
    pub const NOTHING: Self = Self { revision: Revision::ZERO, mark: None };

    /// Everything up to this revision.
    pub const fn revision(&self) -> Revision {
        self.revision
    }
}

impl From<Revision> for Seen {
    /// Of a reader that knows nothing of the history but its length.
    fn from(revision: Revision) -> Self {
        Self { revision, mark: None }
    }
}

/// A run of changes, in the order they were committed.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The revision a reader has reached once it applied them.
    pub upto: Revision,
    /// What it has seen then.
    pub seen: Seen,
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
    Ok(state(reader)?.newest.revision)
}

/// What a reader has seen that has read the whole snapshot.
pub(crate) fn newest(reader: &Reader<'_>) -> Result<Seen, Error> {
    Ok(state(reader)?.newest)
}

struct State {
    newest: Seen,
    /// The newest revision that the log no longer holds.
    pruned_to: Revision,
}

fn state(reader: &Reader<'_>) -> Result<State, Error> {
    let sql = "SELECT revision, pruned_to, mark_number, mark_hash FROM store_state";
    let state = reader.sql.first(sql, &[], |row| {
        let has_mark = row.maybe_blob(3)?.is_some();
        let mark = has_mark.then(|| audit::end_of(row, 2)).transpose()?;
        let newest = Seen { revision: row.revision(0)?, mark };
        Ok(State { newest, pruned_to: row.revision(1)? })
    })?;
    state.ok_or_else(|| Error::internal("the revision is missing"))
}

/// Whether what a reader has seen is in the history of the snapshot.
fn is_history(reader: &Reader<'_>, seen: &Seen, newest: &Seen) -> Result<bool, Error> {
    match seen.mark {
        _ if seen.revision > newest.revision => Ok(false),
        Some(mark) if newest.mark != Some(mark) => audit::is_at(reader.sql, mark.0, &mark.1),
        _ => Ok(true),
    }
}

pub(crate) fn after(reader: &Reader<'_>, known: &Seen, limit: usize) -> Result<Feed, Error> {
    let State { newest: now, pruned_to } = state(reader)?;
    let (seen, newest) = (known.revision, now.revision);
    if !is_history(reader, known, &now)? {
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
    // The mark is of the newest revision, which may be read later; it is in this history already.
    let seen = Seen { revision: upto, mark: now.mark };
    Ok(Feed::Changes(Changes { upto, seen, items, complete: upto == newest }))
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
