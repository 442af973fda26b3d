//! Reset tokens: with one, a person sets a new password once.
//!
//! The token is kept as a keyed digest. A person has one at a time; it goes with its use, with its
//! end, with any other change of the password, and when somebody who may have made it loses the
//! right to: an owner who is one no longer, or an owner of one of two organizations.

use crate::sql::text;
use crate::work::{Reader, Work};
use model::{Error, OrganizationRole, SecretText, Timestamp, UserId};

/// What a reset token does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose password it sets.
    pub user: UserId,
    /// Whether it takes the second factor off the account too.
    pub removes_second_factor: bool,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keeps a reset under this token, in place of an earlier one of the same person.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn insert(work: &mut Work<'_>, token: &SecretText, reset: PasswordReset) -> Result<(), Error> {
    delete_of_user(work, reset.user)?;
    let digest = work.vault.reset_digest(token);
    let values = [
        text(reset.user),
        digest.as_bytes().as_slice().into(),
        reset.removes_second_factor.into(),
        work.now().into(),
        reset.expires_at.into(),
    ];
    work.execute(
        "INSERT INTO password_resets (user_id, digest, removes_second_factor, created_at, \
         expires_at) VALUES ($1, $2, $3, $4, $5)",
        &values,
    )
    .map_err(|failure| failure.missing("user", reset.user))?;
    Ok(())
}

/// The reset under this token, unless it is over.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(
    reader: &Reader<'_>,
    token: &SecretText,
    now: Timestamp,
) -> Result<Option<PasswordReset>, Error> {
    let digest = reader.vault.reset_digest(token);
    let sql = "SELECT user_id, removes_second_factor, expires_at FROM password_resets \
               WHERE digest = $1 AND expires_at > $2";
    reader.sql.first(sql, &[digest.as_bytes().as_slice().into(), now.into()], |row| {
        Ok(PasswordReset {
            user: row.parsed(0)?,
            removes_second_factor: row.flag(1)?,
            expires_at: row.moment(2)?,
        })
    })
}

/// When the reset that a person has ends, unless it is over or they have none.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn standing_until(
    reader: &Reader<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<Option<Timestamp>, Error> {
    let sql = "SELECT expires_at FROM password_resets WHERE user_id = $1 AND expires_at > $2";
    reader.sql.first(sql, &[text(user), now.into()], |row| row.moment(0))
}

/// Forgets the reset of a person, if there is one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete_of_user(work: &mut Work<'_>, user: UserId) -> Result<(), Error> {
    work.execute("DELETE FROM password_resets WHERE user_id = $1", &[text(user)])?;
    Ok(())
}

/// Forgets the resets of everybody in the organizations that a person owns. It was an owner who
/// made them, and may have been this one: what they could do to others must not outlive their right
/// to it.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete_within_reach_of(work: &mut Work<'_>, owner: UserId) -> Result<(), Error> {
    let sql = "DELETE FROM password_resets WHERE user_id IN ( \
               SELECT theirs.user_id FROM organization_members theirs \
               JOIN organization_members own ON own.organization_id = theirs.organization_id \
               WHERE own.user_id = $1 AND own.role = $2)";
    work.execute(sql, &[text(owner), OrganizationRole::Owner.as_str().into()])?;
    Ok(())
}
