//! Sessions of people who signed in.
//!
//! The token is kept as a keyed digest. A session ends at its latest moment, when it has not been
//! used for its idle time, with its person's password and when its person is disabled. When it was
//! last seen is written coarsely and outside of any change: see [`touch`].

use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::sql::{text, to_count};
use crate::store::Store;
use crate::work::{Reader, Work};
use model::{Error, SecretText, SessionId, Timestamp, UserId};
use std::net::IpAddr;

/// How long a session may go unused, in milliseconds. It may end up to [`SEEN_EVERY_MILLIS`]
/// earlier, because when it was seen is written that coarsely.
pub const IDLE_MILLIS: i64 = 60 * 60 * 1000;
/// How old the last sight of a session is before it is written again, in milliseconds.
pub const SEEN_EVERY_MILLIS: i64 = 5 * 60 * 1000;

/// A session that is still valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its name, which is not its token.
    pub id: SessionId,
    /// Who signed in.
    pub user: UserId,
    /// From where.
    pub address: Option<String>,
    /// With which program, in its own words, shortened.
    pub client: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last used, to a few minutes.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What proves it.
    pub token: SecretText,
    /// Whose it is.
    pub user: UserId,
    /// Where the person signs in from.
    pub address: Option<IpAddr>,
    /// With which program; at most 100 characters, none of them a control character.
    pub client: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// The most sessions one person has at a time; the oldest make room.
const MOST_A_USER: i64 = 100;

const COLUMNS: &str = "SELECT s.id, s.user_id, s.address, s.client, s.created_at, \
                       s.last_seen_at, s.expires_at FROM sessions s";

fn from_row(row: &Row<'_>) -> Result<Session, Error> {
    Ok(Session {
        id: row.parsed(0)?,
        user: row.parsed(1)?,
        address: row.maybe_text(2)?.map(str::to_owned),
        client: row.text(3)?.to_owned(),
        created_at: row.moment(4)?,
        last_seen_at: row.moment(5)?,
        expires_at: row.moment(6)?,
    })
}

/// The last moment at which a session that is valid now was seen, exclusively.
fn unused_since(now: Timestamp) -> i64 {
    now.millis().saturating_sub(IDLE_MILLIS)
}

/// Opens a session, and forgets those that are over.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn open(work: &mut Work<'_>, new: NewSession) -> Result<Session, Error> {
    let now = work.now();
    let over = [now.into(), unused_since(now).into()];
    work.execute("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2", &over)?;
    work.execute(
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE user_id = $1 \
         ORDER BY created_at DESC, id LIMIT $2 OFFSET $3)",
        &[text(new.user), i64::MAX.into(), (MOST_A_USER - 1).into()],
    )?;
    let session = Session {
        id: SessionId::generate(work.entropy()),
        user: new.user,
        address: new.address.map(|address| address.to_string()),
        client: new.client,
        created_at: now,
        last_seen_at: now,
        expires_at: new.expires_at,
    };
    let digest = work.vault.session_digest(&new.token);
    let values = [
        text(session.id),
        digest.as_bytes().as_slice().into(),
        text(session.user),
        session.address.clone().into(),
        session.client.as_str().into(),
        session.created_at.into(),
        session.last_seen_at.into(),
        session.expires_at.into(),
    ];
    work.execute(
        "INSERT INTO sessions (id, digest, user_id, address, client, created_at, last_seen_at, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &values,
    )
    .map_err(|failure| failure.missing("user", session.user))?;
    Ok(session)
}

/// The session under this token, unless it is over or its person is disabled.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(
    reader: &Reader<'_>,
    token: &SecretText,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let sql = format!(
        "{COLUMNS} JOIN users u ON u.id = s.user_id WHERE s.digest = $1 AND s.expires_at > $2 \
         AND s.last_seen_at > $3 AND u.disabled_at IS NULL"
    );
    let digest = reader.vault.session_digest(token);
    let values = [digest.as_bytes().as_slice().into(), now.into(), unused_since(now).into()];
    reader.sql.first(&sql, &values, from_row)
}

/// The sessions of a person that are not over, newest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    user: UserId,
    now: Timestamp,
    page: Page,
) -> Result<Listed<Session>, Error> {
    let wanted = "s.user_id = $1 AND s.expires_at > $2 AND s.last_seen_at > $3";
    let sql =
        format!("{COLUMNS} WHERE {wanted} ORDER BY s.created_at DESC, s.id LIMIT $4 OFFSET $5");
    let count = format!("SELECT count(*) FROM sessions s WHERE {wanted}");
    let mut values = vec![text(user), now.into(), unused_since(now).into()];
    let count = to_count(reader.sql.number(&count, &values)?.unwrap_or(0));
    values.extend([i64::from(page.size()).into(), page.offset().into()]);
    Ok(Listed { items: reader.sql.all(&sql, &values, from_row)?, count, page })
}

/// Writes that a session was used, if that was last written a while ago. Neither audited nor
/// published: nothing but the list of sessions tells.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn touch(store: &Store, session: &Session, now: Timestamp) -> Result<(), Error> {
    let stale = now.millis().saturating_sub(SEEN_EVERY_MILLIS);
    if session.last_seen_at.millis() > stale {
        return Ok(());
    }
    store.write_unlisted(|work| {
        let sql = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at <= $3";
        work.execute(sql, &[text(session.id), now.into(), stale.into()])?;
        Ok(())
    })
}

/// Ends one session of a person. Answers whether there was one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, user: UserId, id: SessionId) -> Result<bool, Error> {
    let sql = "DELETE FROM sessions WHERE id = $1 AND user_id = $2";
    Ok(work.execute(sql, &[text(id), text(user)])? > 0)
}

/// Ends every session of a person, but for the one to keep if there is one. Answers how many.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete_of_user(
    work: &mut Work<'_>,
    user: UserId,
    keep: Option<SessionId>,
) -> Result<u64, Error> {
    let kept = keep.map_or_else(String::new, |id| id.to_string());
    let sql = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
    Ok(work.execute(sql, &[text(user), kept.into()])? as u64)
}
