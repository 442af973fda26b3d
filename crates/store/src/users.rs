//! People's accounts.
//!
//! A password is here as its Argon2id hash only; hashing and verifying are not the store's work.

use crate::connection::Row;
use crate::sessions;
use crate::sql::text;
use crate::work::{Reader, Work};
use model::name::Email;
use model::{Error, SecretText, Timestamp, UserId};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they sign in with.
    pub email: Email,
    /// What they are called.
    pub name: String,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Its id.
    pub id: UserId,
    /// What the person signs in with; no two accounts share it.
    pub email: Email,
    /// What the person is called.
    pub name: String,
    /// Hash of the password in PHC text; `None` for somebody who cannot sign in with one.
    pub password_hash: Option<SecretText>,
}

const COLUMNS: &str = "SELECT id, email, name, created_at FROM users";

fn from_row(row: &Row<'_>) -> Result<User, Error> {
    Ok(User {
        id: row.parsed(0)?,
        email: row.read(1, Email::new)?,
        name: row.text(2)?.to_owned(),
        created_at: row.moment(3)?,
    })
}

/// Adds an account.
///
/// # Errors
/// `Conflict` if the e-mail address is taken.
pub fn insert(work: &mut Work<'_>, new: NewUser) -> Result<User, Error> {
    let created_at = work.now();
    let hash = new.password_hash.as_ref().map(SecretText::expose);
    let values =
        [text(new.id), text(&new.email), new.name.as_str().into(), hash.into(), created_at.into()];
    work.execute(
        "INSERT INTO users (id, email, name, password_hash, created_at) \
         VALUES ($1, $2, $3, $4, $5)",
        &values,
    )
    .map_err(|failure| {
        failure.taken(|_| {
            Error::conflict(format!("there is an account with {} already", new.email))
                .in_field("email")
        })
    })?;
    Ok(User { id: new.id, email: new.email, name: new.name, created_at })
}

/// The person with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: UserId) -> Result<Option<User>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The person who signs in with this address.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_email(reader: &Reader<'_>, email: &Email) -> Result<Option<User>, Error> {
    let sql = format!("{COLUMNS} WHERE email = $1");
    reader.sql.first(&sql, &[text(email)], from_row)
}

/// The hash to verify a password against; `None` if there is no such person or no password.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn password_hash(reader: &Reader<'_>, id: UserId) -> Result<Option<SecretText>, Error> {
    let sql = "SELECT password_hash FROM users WHERE id = $1";
    let found = reader.sql.first(sql, &[text(id)], |row| {
        Ok(row.maybe_text(0)?.map(|hash| SecretText::new(hash.to_owned())))
    })?;
    Ok(found.flatten())
}

/// Sets another password and ends every session of the person.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn set_password_hash(work: &mut Work<'_>, id: UserId, hash: &SecretText) -> Result<(), Error> {
    let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
    if work.execute(sql, &[text(id), hash.expose().into()])? == 0 {
        return Err(Error::not_found("user", id));
    }
    sessions::delete_of_user(work, id)
}
