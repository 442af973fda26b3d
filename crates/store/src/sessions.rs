//! Sessions of people who signed in to the console.
//!
//! The token is kept as a keyed digest. Opening and closing a session is neither a revision nor an
//! act on anybody's things, so it goes through the store itself and not through a unit of work.

use crate::sql::text;
use crate::store::Store;
use crate::work::{Reader, Work};
use model::{Error, SecretText, Timestamp, UserId};

/// A session that is still valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub user: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The most sessions one person has at a time; the oldest make room.
const MOST_A_USER: i64 = 100;

/// Starts a session under this token, and forgets those that are over.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn open(
    store: &Store,
    token: &SecretText,
    user: UserId,
    expires_at: Timestamp,
) -> Result<Session, Error> {
    store.write_unlisted(|work| {
        let created_at = work.now();
        work.execute("DELETE FROM sessions WHERE expires_at <= $1", &[created_at.into()])?;
        work.execute(
            "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE user_id = $1 \
             ORDER BY created_at DESC, digest LIMIT $2 OFFSET $3)",
            &[text(user), i64::MAX.into(), (MOST_A_USER - 1).into()],
        )?;
        let digest = work.vault.session_digest(token);
        let values =
            [digest.as_bytes().as_slice().into(), text(user), created_at.into(), expires_at.into()];
        work.execute(
            "INSERT INTO sessions (digest, user_id, created_at, expires_at) \
             VALUES ($1, $2, $3, $4)",
            &values,
        )
        .map_err(|failure| failure.missing("user", user))?;
        Ok(Session { user, created_at, expires_at })
    })
}

/// The session under this token, unless it is over.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(
    reader: &Reader<'_>,
    token: &SecretText,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let sql = "SELECT user_id, created_at, expires_at FROM sessions \
               WHERE digest = $1 AND expires_at > $2";
    let digest = reader.vault.session_digest(token);
    let values = [digest.as_bytes().as_slice().into(), now.into()];
    reader.sql.first(sql, &values, |row| {
        Ok(Session { user: row.parsed(0)?, created_at: row.moment(1)?, expires_at: row.moment(2)? })
    })
}

/// Ends the session under this token. Answers whether there was one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn close(store: &Store, token: &SecretText) -> Result<bool, Error> {
    store.write_unlisted(|work| {
        let digest = work.vault.session_digest(token);
        let sql = "DELETE FROM sessions WHERE digest = $1";
        Ok(work.execute(sql, &[digest.as_bytes().as_slice().into()])? > 0)
    })
}

/// Ends every session of a person.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete_of_user(work: &mut Work<'_>, user: UserId) -> Result<(), Error> {
    work.execute("DELETE FROM sessions WHERE user_id = $1", &[text(user)])?;
    Ok(())
}
