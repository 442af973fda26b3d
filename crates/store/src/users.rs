//! People's accounts.
//!
//! A password is here as its Argon2id hash only; hashing and verifying are not the store's work. A
//! disabled person's personal keys are gone for gateways: see `access.rs`.

use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::sql::{Value, contains, text, to_count};
use crate::work::{Reader, Work};
use crate::{changes, password_resets, sessions};
use model::account::AccountState;
use model::name::{Email, PersonName};
use model::{Error, OrganizationId, SecretText, SessionId, Timestamp, UserId};

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// What they sign in with.
    pub email: Email,
    /// What they are called.
    pub name: String,
    /// Whether they may use the account.
    pub state: AccountState,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// Which people a list holds.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Members of this organization only.
    pub organization: Option<OrganizationId>,
    /// Whose name, e-mail address or id holds this text only, in any case of ASCII letters.
    pub search: Option<String>,
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

const COLUMNS: &str = "SELECT u.id, u.email, u.name, u.created_at, u.disabled_at FROM users u";

fn from_row(row: &Row<'_>) -> Result<User, Error> {
    Ok(User {
        id: row.parsed(0)?,
        email: row.read(1, Email::new)?,
        name: row.text(2)?.to_owned(),
        created_at: row.moment(3)?,
        state: row.maybe_integer(4)?.map_or(AccountState::Active, |since| AccountState::Disabled {
            since: Timestamp::from_millis(since),
        }),
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
    let state = AccountState::Active;
    Ok(User { id: new.id, email: new.email, name: new.name, state, created_at })
}

/// The person with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: UserId) -> Result<Option<User>, Error> {
    let sql = format!("{COLUMNS} WHERE u.id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The person who signs in with this address.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_email(reader: &Reader<'_>, email: &Email) -> Result<Option<User>, Error> {
    let sql = format!("{COLUMNS} WHERE u.email = $1");
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

/// The people who pass the filter, oldest account first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, filter: &UserFilter, page: Page) -> Result<Listed<User>, Error> {
    let mut wanted = vec!["1 = 1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    if let Some(organization) = filter.organization {
        values.push(text(organization));
        wanted.push(format!(
            "u.id IN (SELECT user_id FROM organization_members WHERE organization_id = ${})",
            values.len()
        ));
    }
    if let Some(search) = &filter.search {
        values.push(contains(search));
        let like = |column: &str| format!("lower({column}) LIKE ${} ESCAPE '\\'", values.len());
        wanted.push(format!("({} OR {} OR {})", like("u.name"), like("u.email"), like("u.id")));
    }
    let wanted = wanted.join(" AND ");
    let count = format!("SELECT count(*) FROM users u WHERE {wanted}");
    let count = to_count(reader.sql.number(&count, &values)?.unwrap_or(0));
    let next = values.len() + 1;
    let sql = format!(
        "{COLUMNS} WHERE {wanted} ORDER BY u.created_at, u.id LIMIT ${next} OFFSET ${}",
        next + 1
    );
    values.extend([i64::from(page.size()).into(), page.offset().into()]);
    Ok(Listed { items: reader.sql.all(&sql, &values, from_row)?, count, page })
}

/// Whether the person may use their account; `false` if there is no such person.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn is_active(reader: &Reader<'_>, id: UserId) -> Result<bool, Error> {
    Ok(find(reader, id)?.is_some_and(|user| user.state == AccountState::Active))
}

/// Gives the person another name.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn rename(work: &mut Work<'_>, id: UserId, name: &PersonName) -> Result<(), Error> {
    let sql = "UPDATE users SET name = $2 WHERE id = $1";
    if work.execute(sql, &[text(id), text(name)])? == 0 {
        return Err(Error::not_found("user", id));
    }
    Ok(())
}

/// Disables the account: its sessions and its reset token end, its personal keys are gone for
/// gateways. Answers whether it was active.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn disable(work: &mut Work<'_>, id: UserId) -> Result<bool, Error> {
    let user = find(work, id)?.ok_or_else(|| Error::not_found("user", id))?;
    sessions::delete_of_user(work, id, None)?;
    password_resets::delete_of_user(work, id)?;
    password_resets::delete_within_reach_of(work, id)?;
    if user.state != AccountState::Active {
        return Ok(false);
    }
    let now = work.now();
    work.execute("UPDATE users SET disabled_at = $2 WHERE id = $1", &[text(id), now.into()])?;
    changes::log_all_keys_of_user(work, id)?;
    Ok(true)
}

/// Enables the account again, and its personal keys with it. Answers whether it was disabled.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn enable(work: &mut Work<'_>, id: UserId) -> Result<bool, Error> {
    let user = find(work, id)?.ok_or_else(|| Error::not_found("user", id))?;
    if user.state == AccountState::Active {
        return Ok(false);
    }
    work.execute("UPDATE users SET disabled_at = NULL WHERE id = $1", &[text(id)])?;
    changes::log_all_keys_of_user(work, id)?;
    Ok(true)
}

/// Sets another password, and ends the person's reset token and every session but the one to keep.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn set_password_hash(
    work: &mut Work<'_>,
    id: UserId,
    hash: &SecretText,
    keep: Option<SessionId>,
) -> Result<(), Error> {
    let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
    if work.execute(sql, &[text(id), hash.expose().into()])? == 0 {
        return Err(Error::not_found("user", id));
    }
    password_resets::delete_of_user(work, id)?;
    sessions::delete_of_user(work, id, keep)?;
    Ok(())
}
