//! Requests that must not be carried out twice.
//!
//! A caller names a request with a key of its own. The name is taken in the transaction of the
//! change itself, so a request is either carried out under its name or not at all; the answer is
//! kept sealed afterwards, because it may hold a secret. Both are forgotten after a day, and an
//! answer that holds an API key the moment that key is deleted, by whatever way.

use crate::keys;
use crate::sql::text;
use crate::store::Store;
use crate::vault::Place;
use crate::work::{Reader, Work};
use model::digest::KeyDigest;
use model::{Error, ErrorKind, KeyId, SecretText, Timestamp};

/// How long a request is remembered, in milliseconds.
pub const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// How many requests of one caller are remembered at a time.
pub const MOST_A_CALLER: i64 = 10_000;

/// A request under the name its caller gave it.
#[derive(Clone, Debug)]
pub struct Named {
    /// Who asks.
    pub caller: String,
    /// The name.
    pub key: String,
    /// What is asked, as a keyed digest: it may hold secrets.
    pub request: KeyDigest,
}

/// What is known under a name.
#[derive(Debug)]
pub enum Found {
    /// Nothing: the name is free.
    Nothing,
    /// Another request.
    Other,
    /// This request was carried out, and its answer is not known (yet, or any more).
    Done {
        /// When.
        at: Timestamp,
    },
    /// This request was answered.
    Answered(Answer),
}

/// An answer to be given again.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Its body, which may hold secrets; `None` if it may not be given again.
    pub body: Option<SecretText>,
    /// The API key it holds, if it does.
    pub key: Option<KeyId>,
}

/// What is stored instead of a request.
pub fn digest(reader: &Reader<'_>, request: &[u8]) -> KeyDigest {
    reader.vault.request_digest(request)
}

/// What is known of a named request.
///
/// # Errors
/// `Unavailable` if the database does not answer; `Internal` if an answer does not open.
pub fn find(reader: &Reader<'_>, named: &Named, now: Timestamp) -> Result<Found, Error> {
    let sql = "SELECT request, created_at FROM idempotency_keys \
               WHERE caller = $1 AND idempotency_key = $2 AND created_at > $3";
    let values = [text(&named.caller), text(&named.key), oldest(now).into()];
    let row = reader.sql.first(sql, &values, |row| {
        let request = <[u8; 32]>::try_from(row.blob(0)?);
        Ok((request.map(KeyDigest::from_bytes).ok(), row.moment(1)?))
    })?;
    let Some((request, at)) = row else {
        return Ok(Found::Nothing);
    };
    if !request.is_some_and(|request| request.matches(&named.request)) {
        return Ok(Found::Other);
    }
    let sql = "SELECT status, sealed, key_id FROM idempotency_answers \
               WHERE caller = $1 AND idempotency_key = $2";
    let answer = reader.sql.first(sql, &values[..2], |row| {
        let id = place_id(&named.caller, &named.key);
        let status = u16::try_from(row.integer(0)?).unwrap_or(500);
        let (sealed, key) = (row.blob(1)?, row.maybe_parsed(2)?);
        if sealed.is_empty() {
            return Ok(Answer { status, body: None, key });
        }
        let body = reader.vault.open(place(&id), sealed);
        let body = body.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let body = body.ok_or_else(|| Error::internal("a kept answer does not open"))?;
        Ok(Answer { status, body: Some(SecretText::new(body)), key })
    })?;
    Ok(answer.map_or(Found::Done { at }, Found::Answered))
}

/// Takes the name for the change under way.
///
/// # Errors
/// `Conflict` if it was taken in the meantime; `LimitReached` if the caller has too many.
pub fn claim(work: &mut Work<'_>, named: &Named) -> Result<(), Error> {
    let sql = "SELECT count(*) FROM idempotency_keys WHERE caller = $1";
    let held = work.sql.number(sql, &[text(&named.caller)])?.unwrap_or(0);
    if held >= MOST_A_CALLER {
        let message = format!(
            "{MOST_A_CALLER} requests with an Idempotency-Key are remembered for you, which is the \
             most: send this one without, or wait until the oldest is a day old"
        );
        return Err(Error::new(ErrorKind::LimitReached, message));
    }
    let values = [
        text(&named.caller),
        text(&named.key),
        named.request.as_bytes().as_slice().into(),
        work.now().into(),
    ];
    work.execute(
        "INSERT INTO idempotency_keys (caller, idempotency_key, request, created_at) \
         VALUES ($1, $2, $3, $4)",
        &values,
    )
    .map_err(|failure| failure.taken(|_| taken()))?;
    Ok(())
}

/// The refusal of a request whose name somebody is using right now.
pub fn taken() -> Error {
    Error::conflict(
        "a request with this Idempotency-Key is being carried out: send it again in a moment",
    )
}

/// Keeps the answer of a request that was carried out under its name. Of one with an API key that
/// is shown once, only that it was given.
///
/// # Errors
/// `Internal` if no change was made under this name; `Unavailable` if the database does not answer.
pub fn keep(store: &Store, named: &Named, answer: &Answer) -> Result<(), Error> {
    store.write_unlisted(|work| {
        let shown_once = match answer.key {
            Some(key) => !keys::has_copy(work, key)?,
            None => false,
        };
        let id = place_id(&named.caller, &named.key);
        let sealed = match answer.body.as_ref().filter(|_| !shown_once) {
            Some(body) => work.vault.seal(place(&id), body.expose().as_bytes(), work.entropy())?,
            None => Vec::new(),
        };
        let values = [
            text(&named.caller),
            text(&named.key),
            answer.status.into(),
            answer.key.map(|key| key.to_string()).into(),
            sealed.into(),
        ];
        work.execute(
            "INSERT INTO idempotency_answers (caller, idempotency_key, status, key_id, sealed) \
             VALUES ($1, $2, $3, $4, $5)",
            &values,
        )
        .map_err(|failure| {
            failure.taken(|_| Error::internal("an answer is kept already under this name"))
        })?;
        Ok(())
    })
}

/// Forgets what is a day old, with the answers.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn forget_old(work: &mut Work<'_>) -> Result<(), Error> {
    let sql = "DELETE FROM idempotency_keys WHERE created_at <= $1";
    work.execute(sql, &[oldest(work.now()).into()])?;
    Ok(())
}

fn oldest(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.millis().saturating_sub(KEPT_MILLIS))
}

/// Callers have no slash in them.
fn place_id(caller: &str, key: &str) -> String {
    format!("{caller}/{key}")
}

fn place(id: &str) -> Place<'_> {
    Place { noun: "answer", id }
}
