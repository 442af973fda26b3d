//! Organizations: the boundary of membership.

use crate::sql::text;
use crate::sqlite::Row;
use crate::work::{Reader, Work};
use model::name::OrganizationName;
use model::{Error, OrganizationId, Timestamp};

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: OrganizationName,
    /// When it was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "SELECT id, name, created_at FROM organizations";

fn from_row(row: &Row<'_>) -> Result<Organization, Error> {
    Ok(Organization {
        id: row.parsed(0)?,
        name: row.read(1, OrganizationName::new)?,
        created_at: row.moment(2)?,
    })
}

/// Adds an organization.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn insert(
    work: &mut Work<'_>,
    id: OrganizationId,
    name: &OrganizationName,
) -> Result<Organization, Error> {
    let created_at = work.now();
    work.execute(
        "INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)",
        &[text(id), text(name), created_at.into()],
    )?;
    Ok(Organization { id, name: name.clone(), created_at })
}

/// The organization with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: OrganizationId) -> Result<Option<Organization>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The organization made first; `None` in a new store.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn first(reader: &Reader<'_>) -> Result<Option<Organization>, Error> {
    let sql = format!("{COLUMNS} ORDER BY created_at, id LIMIT 1");
    reader.sql.first(&sql, &[], from_row)
}
