//! How keys are used: counts by the hour, and the last use of each key.
//!
//! Gateways count and this file adds up. A batch is neither a revision nor an act, so it goes
//! through the store itself; it carries a number, so that one whose fate was unknown can be handed
//! in again without being counted twice. This file must never hold what was in a call. To count by
//! one more thing: its column, and a variant of [`UsageBy`].

mod list;

pub use list::{UsageBy, UsageFilter, UsageLine, list};

use crate::connection::Row;
use crate::sql::{Value, text, to_integer};
use crate::store::Store;
use crate::work::{Located, Reader, Work};
use model::usage::{ClientLabel, LastUse, UsageBatch, UsageCount};
use model::{ClusterId, Error, GatewayId, KeyId, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// How long hours are kept.
pub const KEPT: Duration = Duration::from_hours(400 * 24);
/// How long the number of a gateway's last batch is kept.
const SOURCES_KEPT: Duration = Duration::from_hours(30 * 24);

/// Where calls are counted: organization and project.
type Place = (String, String);

/// Adds a batch from a gateway, unless the batch with this number or a later one has been added
/// from it before. Numbers begin at 1. How many calls could not be counted, because their key and
/// cluster are both gone.
///
/// # Errors
/// `Unavailable` if the batch could not be made durable; it may be handed in again.
pub fn record(
    store: &Store,
    gateway: GatewayId,
    sequence: u64,
    batch: &UsageBatch,
) -> Result<u64, Error> {
    store.write_unlisted(|work| {
        let sql = "SELECT sequence FROM usage_sources WHERE gateway_id = $1";
        let written = work.sql.number(sql, &[text(gateway)])?;
        if written.is_some_and(|written| written >= to_integer(sequence)) {
            return Ok(0);
        }
        let mut places = HashMap::new();
        let mut lost = 0;
        for count in &batch.counts {
            match place_of(work, &mut places, count)? {
                Some(place) => add(work, count, &place)?,
                None => lost += count.calls,
            }
        }
        for (key, last) in &batch.last {
            note(work, *key, last)?;
        }
        let values = [text(gateway), to_integer(sequence).into(), work.now().into()];
        work.execute(
            "INSERT INTO usage_sources (gateway_id, sequence, written_at) VALUES ($1, $2, $3) \
             ON CONFLICT (gateway_id) DO UPDATE SET sequence = excluded.sequence, \
             written_at = excluded.written_at",
            &values,
        )?;
        prune(work)?;
        Ok(lost)
    })
}

/// When and by whom a key was used last, if it ever was.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn last_use(reader: &Reader<'_>, key: KeyId) -> Result<Option<LastUse>, Error> {
    let sql = "SELECT last_used_at, last_used_from, last_used_client FROM key_usage \
               WHERE key_id = $1";
    Ok(reader.sql.first(sql, &[text(key)], |row| last_of(row, 0, key))?.flatten())
}

/// The last use in three columns of a row, from this one on.
pub(crate) fn last_of(row: &Row<'_>, column: usize, key: KeyId) -> Result<Option<LastUse>, Error> {
    let Some(at) = row.maybe_integer(column)?.filter(|&at| at > 0) else { return Ok(None) };
    let from = row.text(column + 1)?.parse();
    let unreadable = |_| Error::internal(format!("the address of the last use of {key}"));
    Ok(Some(LastUse {
        at: Timestamp::from_millis(at),
        from: from.map_err(unreadable)?,
        client: ClientLabel::new(row.text(column + 2)?.as_bytes()),
    }))
}

/// Begins to keep the last use of a new key, which has none yet.
pub(crate) fn begin(work: &mut Work<'_>, key: KeyId, place: Located) -> Result<(), Error> {
    let values =
        [text(key), text(place.organization), place.project.map_or_else(|| "".into(), text)];
    work.execute(
        "INSERT INTO key_usage (key_id, last_used_at, last_used_from, last_used_client, \
         organization_id, project_id) VALUES ($1, 0, '', '', $2, $3)",
        &values,
    )?;
    Ok(())
}

/// Where calls are counted: with the cluster they went to, else with the key.
fn place_of(
    work: &Work<'_>,
    known: &mut HashMap<(Option<KeyId>, Option<ClusterId>), Option<Place>>,
    count: &UsageCount,
) -> Result<Option<Place>, Error> {
    let asked = (count.entry.key, count.entry.cluster);
    if let Some(place) = known.get(&asked) {
        return Ok(place.clone());
    }
    let mut place = None;
    if let Some(cluster) = asked.1 {
        let sql = "SELECT p.organization_id, p.id FROM clusters c \
                   JOIN projects p ON p.id = c.project_id WHERE c.id = $1";
        place = find(work, sql, text(cluster))?;
    }
    if let (None, Some(key)) = (&place, asked.0) {
        let sql = "SELECT organization_id, coalesce(project_id, '') FROM keys WHERE id = $1";
        place = find(work, sql, text(key))?;
    }
    known.insert(asked, place.clone());
    Ok(place)
}

fn find(work: &Work<'_>, sql: &str, id: Value) -> Result<Option<Place>, Error> {
    work.sql.first(sql, &[id], |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
}

fn add(work: &mut Work<'_>, count: &UsageCount, place: &Place) -> Result<(), Error> {
    let entry = count.entry;
    let values = [
        count.hour.start().into(),
        entry.key.map_or_else(|| "".into(), text),
        entry.user.map_or_else(|| "".into(), text),
        entry.cluster.map_or_else(|| "".into(), text),
        entry.class.as_str().into(),
        entry.outcome.as_str().into(),
        place.0.as_str().into(),
        place.1.as_str().into(),
        to_integer(count.calls).into(),
    ];
    work.execute(
        "INSERT INTO usage_hours (hour, key_id, user_id, cluster_id, class, outcome, \
         organization_id, project_id, calls) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (hour, key_id, user_id, cluster_id, class, outcome) \
         DO UPDATE SET calls = usage_hours.calls + excluded.calls",
        &values,
    )?;
    Ok(())
}

/// Notes the last use of a key, if that is still there. Batches of several gateways come in any
/// order.
fn note(work: &mut Work<'_>, key: KeyId, last: &LastUse) -> Result<(), Error> {
    let values = [text(key), last.at.into(), text(last.from), last.client.as_str().into()];
    work.execute(
        "UPDATE key_usage SET last_used_at = $2, last_used_from = $3, last_used_client = $4 \
         WHERE key_id = $1 AND last_used_at <= $2",
        &values,
    )?;
    Ok(())
}

/// Forgets what is too old to be kept.
fn prune(work: &mut Work<'_>) -> Result<(), Error> {
    let before = |now: Timestamp, kept: Duration| {
        let millis = i64::try_from(kept.as_millis()).unwrap_or(i64::MAX);
        Value::from(Timestamp::from_millis(now.millis().saturating_sub(millis)))
    };
    let (hours, sources) = (before(work.now(), KEPT), before(work.now(), SOURCES_KEPT));
    work.execute("DELETE FROM usage_hours WHERE hour < $1", &[hours])?;
    work.execute("DELETE FROM usage_sources WHERE written_at < $1", &[sources])?;
    Ok(())
}
