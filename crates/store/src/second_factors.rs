//! Second factors: the sealed secret of a person's authenticator app, and recovery codes.
//!
//! The secret leaves through [`secret`] only. A step of the app's clock that was used is written
//! down, so that no code is taken twice. Recovery codes are kept as keyed digests; a used one
//! leaves no row. Computing codes is not the store's work.

use crate::sql::{text, to_count};
use crate::vault::Place;
use crate::work::{Reader, Work};
use model::account::{RecoveryCode, TotpSecret};
use model::{Error, Timestamp, UserId};

/// The second factor of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondFactor {
    /// How far its enrolment is.
    pub stage: Stage,
    /// The newest step of the app's clock that was used; a code must be of a later one.
    pub last_step: i64,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
}

/// How far an enrolment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The app has not shown a right code yet; nothing is asked of who signs in.
    Pending,
    /// The factor is asked for.
    Confirmed {
        /// Since when.
        since: Timestamp,
    },
}

/// The second factor of a person, if they began to enrol one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, user: UserId) -> Result<Option<SecondFactor>, Error> {
    let sql = "SELECT last_step, confirmed_at FROM second_factors WHERE user_id = $1";
    let found = reader.sql.first(sql, &[text(user)], |row| {
        let confirmed = row.maybe_integer(1)?.map(Timestamp::from_millis);
        Ok((row.integer(0)?, confirmed))
    })?;
    let Some((last_step, confirmed)) = found else {
        return Ok(None);
    };
    let sql = "SELECT count(*) FROM recovery_codes WHERE user_id = $1";
    let recovery_codes = to_count(reader.sql.number(sql, &[text(user)])?.unwrap_or(0));
    let stage = confirmed.map_or(Stage::Pending, |since| Stage::Confirmed { since });
    Ok(Some(SecondFactor { stage, last_step, recovery_codes }))
}

/// The second factor that is asked of a person, if one is.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn confirmed(reader: &Reader<'_>, user: UserId) -> Result<Option<SecondFactor>, Error> {
    Ok(find(reader, user)?.filter(|factor| factor.stage != Stage::Pending))
}

/// The secret of a person's authenticator app, from its sealed copy.
///
/// # Errors
/// `Internal` if the copy does not open.
pub fn secret(reader: &Reader<'_>, user: UserId) -> Result<Option<TotpSecret>, Error> {
    let sql = "SELECT sealed FROM second_factors WHERE user_id = $1";
    let id = user.to_string();
    reader.sql.first(sql, &[id.as_str().into()], |row| {
        let opened = reader.vault.open(copy_of(&id), row.blob(0)?);
        opened
            .and_then(|bytes| TotpSecret::from_bytes(&bytes))
            .ok_or_else(|| Error::internal(format!("the second factor of {user} does not open")))
    })
}

/// Begins an enrolment with this secret; an earlier one that was not confirmed is forgotten.
///
/// # Errors
/// `Conflict` if the person has a second factor; `NotFound` if there is no such person.
pub fn enrol(work: &mut Work<'_>, user: UserId, secret: &TotpSecret) -> Result<(), Error> {
    if confirmed(work, user)?.is_some() {
        return Err(Error::conflict(
            "the account has a second factor already: disable it before you enrol another",
        ));
    }
    let id = user.to_string();
    let sealed = work.vault.seal(copy_of(&id), secret.expose(), work.entropy())?;
    let values = [text(user), sealed.into(), work.now().into()];
    work.execute(
        "INSERT INTO second_factors (user_id, sealed, last_step, created_at, confirmed_at) \
         VALUES ($1, $2, 0, $3, NULL) ON CONFLICT (user_id) DO UPDATE SET \
         sealed = excluded.sealed, last_step = 0, created_at = excluded.created_at",
        &values,
    )
    .map_err(|failure| failure.missing("user", user))?;
    Ok(())
}

/// Ends an enrolment: from now on the factor is asked for.
///
/// # Errors
/// `Conflict` if no enrolment is under way.
pub fn confirm(work: &mut Work<'_>, user: UserId) -> Result<(), Error> {
    let sql = "UPDATE second_factors SET confirmed_at = $2 \
               WHERE user_id = $1 AND confirmed_at IS NULL";
    if work.execute(sql, &[text(user), work.now().into()])? == 0 {
        return Err(Error::conflict("no second factor waits to be confirmed: enrol one first"));
    }
    Ok(())
}

/// Uses up a step of the app's clock. Answers `false` if it, or a later one, was used already.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn use_step(work: &mut Work<'_>, user: UserId, step: i64) -> Result<bool, Error> {
    let sql = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
    Ok(work.execute(sql, &[text(user), step.into()])? > 0)
}

/// Replaces the recovery codes of a person.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn set_recovery_codes(
    work: &mut Work<'_>,
    user: UserId,
    codes: &[RecoveryCode],
) -> Result<(), Error> {
    forget_recovery_codes(work, user)?;
    for code in codes {
        let digest = work.vault.recovery_digest(user, code);
        work.execute(
            "INSERT INTO recovery_codes (user_id, digest) VALUES ($1, $2)",
            &[text(user), digest.as_bytes().as_slice().into()],
        )
        .map_err(|failure| failure.missing("user", user))?;
    }
    Ok(())
}

/// Uses up a recovery code. Answers `false` if it is none of the person's, or was used already.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn use_recovery_code(
    work: &mut Work<'_>,
    user: UserId,
    code: &RecoveryCode,
) -> Result<bool, Error> {
    let digest = work.vault.recovery_digest(user, code);
    let sql = "DELETE FROM recovery_codes WHERE user_id = $1 AND digest = $2";
    Ok(work.execute(sql, &[text(user), digest.as_bytes().as_slice().into()])? > 0)
}

/// Takes the second factor and its recovery codes off an account. Answers whether there was one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn remove(work: &mut Work<'_>, user: UserId) -> Result<bool, Error> {
    forget_recovery_codes(work, user)?;
    Ok(work.execute("DELETE FROM second_factors WHERE user_id = $1", &[text(user)])? > 0)
}

fn forget_recovery_codes(work: &mut Work<'_>, user: UserId) -> Result<(), Error> {
    work.execute("DELETE FROM recovery_codes WHERE user_id = $1", &[text(user)])?;
    Ok(())
}

fn copy_of(id: &str) -> Place<'_> {
    Place { noun: "second factor", id }
}
