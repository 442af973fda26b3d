//! The gateways that share a database, and how far each of them is.
//!
//! Whoever commits a change looks here afterwards: each gateway that is listed has to confirm the
//! change, or its lease has to run out. So a gateway must be listed before it notes the moment that
//! its lease counts from, and is taken off only when its lease is over for certain. Rows are
//! written one statement at a time beside the store's own changes: they are neither audited nor
//! published. Each is as durable as a change: a sign of life that a crash took back would be given
//! again under the same number, and look like silence.

use crate::bell::Channel;
use crate::connection::{Connection, Row};
use crate::sql::{text, to_count, to_integer};
use crate::work::Reader;
use model::{Error, GatewayId, Revision, Timestamp};
use std::time::Duration;

/// The most gateways that share a database.
pub const MOST: usize = 256;

/// A gateway that comes.
#[derive(Clone, Debug)]
pub struct NewGateway {
    /// Its id.
    pub id: GatewayId,
    /// Where it listens.
    pub address: String,
    /// Its program's version.
    pub version: String,
    /// For how long it goes on after it last heard of the database.
    pub lease: Duration,
}

/// A sign of life.
#[derive(Clone, Copy, Debug)]
pub struct Beat {
    /// Whose.
    pub gateway: GatewayId,
    /// The newest revision that holds there, with everything cut that it ends.
    pub applied: Revision,
    /// By its own clock.
    pub at: Timestamp,
}

/// A gateway as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Its id.
    pub id: GatewayId,
    /// Where it listens.
    pub address: String,
    /// Its program's version.
    pub version: String,
    /// For how long it goes on after it last heard of the database.
    pub lease: Duration,
    /// When it came.
    pub started_at: Timestamp,
    /// The newest revision that holds there.
    pub applied: Revision,
    /// Since when it does.
    pub confirmed_at: Timestamp,
    /// How many signs of life it gave.
    pub beat: u64,
    /// When it gave the last one.
    pub beat_at: Timestamp,
    /// Whether it has said that it lets nothing through any more.
    pub has_stopped: bool,
}

/// Every gateway, oldest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>) -> Result<Vec<Gateway>, Error> {
    let sql = "SELECT id, address, version, lease_millis, started_at, applied, confirmed_at, beat, \
               beat_at, stopped FROM gateways ORDER BY started_at, id";
    reader.sql.all(sql, &[], read)
}

fn read(row: &Row<'_>) -> Result<Gateway, Error> {
    Ok(Gateway {
        id: row.parsed(0)?,
        address: row.text(1)?.to_owned(),
        version: row.text(2)?.to_owned(),
        lease: Duration::from_millis(to_count(row.integer(3)?)),
        started_at: row.moment(4)?,
        applied: row.revision(5)?,
        confirmed_at: row.moment(6)?,
        beat: to_count(row.integer(7)?),
        beat_at: row.moment(8)?,
        has_stopped: row.flag(9)?,
    })
}

pub(crate) fn enter(
    connection: &Connection,
    gateway: &NewGateway,
    now: Timestamp,
) -> Result<(), Error> {
    let transaction = connection.begin_write()?;
    let sql = "SELECT count(*) FROM gateways WHERE id <> $1";
    let others = connection.number(sql, &[text(gateway.id)])?.unwrap_or_default();
    if to_count(others) >= MOST as u64 {
        return Err(Error::conflict(format!(
            "{MOST} gateways share this database already: stop one of them first"
        )));
    }
    let lease = i64::try_from(gateway.lease.as_millis()).unwrap_or(i64::MAX);
    let values = [
        text(gateway.id),
        gateway.address.as_str().into(),
        gateway.version.as_str().into(),
        lease.into(),
        now.into(),
        Revision::ZERO.into(),
    ];
    connection.execute(
        "INSERT INTO gateways (id, address, version, lease_millis, started_at, applied, \
         confirmed_at, beat, beat_at, stopped) VALUES ($1, $2, $3, $4, $5, $6, $5, 0, $5, 0) \
         ON CONFLICT (id) DO UPDATE SET applied = excluded.applied, \
         confirmed_at = excluded.confirmed_at, beat = gateways.beat + 1, \
         beat_at = excluded.beat_at, stopped = 0",
        &values,
    )?;
    Ok(transaction.commit()?)
}

pub(crate) fn beat(connection: &Connection, beat: &Beat) -> Result<bool, Error> {
    // A revision that was confirmed once keeps the moment at which it was.
    let sql = "UPDATE gateways SET confirmed_at = CASE WHEN applied < $2 THEN $3 \
               ELSE confirmed_at END, applied = CASE WHEN applied < $2 THEN $2 ELSE applied END, \
               beat = beat + 1, beat_at = $3 WHERE id = $1 AND stopped = 0";
    let values = [text(beat.gateway), beat.applied.into(), beat.at.into()];
    let known = connection.execute(sql, &values)? > 0;
    connection.tell(Channel::Confirmations)?;
    Ok(known)
}

pub(crate) fn remove(
    connection: &Connection,
    gateway: GatewayId,
    beat: u64,
) -> Result<bool, Error> {
    let sql = "DELETE FROM gateways WHERE id = $1 AND beat = $2";
    Ok(connection.execute(sql, &[text(gateway), to_integer(beat).into()])? > 0)
}

/// The row stays for a while, so that whoever waits for the gateway learns why there is nothing to
/// wait for.
pub(crate) fn leave(connection: &Connection, gateway: GatewayId) -> Result<(), Error> {
    let sql = "UPDATE gateways SET stopped = 1, beat = beat + 1 WHERE id = $1";
    connection.execute(sql, &[text(gateway)])?;
    connection.tell(Channel::Confirmations)
}

pub(crate) fn clear(connection: &Connection) -> Result<(), Error> {
    connection.execute("DELETE FROM gateways", &[])?;
    Ok(())
}
