//! Organizations: the boundary of membership, and what each has chosen for itself.

use crate::connection::Row;
use crate::keys;
use crate::page::{Listed, Page};
use crate::sql::{text, to_count};
use crate::work::{Reader, Work};
use model::name::OrganizationName;
use model::{
    Error, KeyLifetime, OrganizationId, OrganizationRole, OrganizationSettings, PasswordPolicy,
    Revision, Timestamp, UserId,
};

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// What people call it.
    pub name: OrganizationName,
    /// What it has chosen for itself.
    pub settings: OrganizationSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change of name or settings.
    pub revision: Revision,
}

const COLUMNS: &str = "SELECT o.id, o.name, o.created_at, o.revision, o.show_keys_once, \
                       o.default_key_days, o.minimum_password_length, o.require_second_factor, \
                       o.revoke_reported_keys, o.reset_by_letter FROM organizations o";

fn from_row(row: &Row<'_>) -> Result<Organization, Error> {
    Ok(Organization {
        id: row.parsed(0)?,
        name: row.read(1, OrganizationName::new)?,
        created_at: row.moment(2)?,
        revision: row.revision(3)?,
        settings: OrganizationSettings {
            show_keys_once: row.flag(4)?,
            default_key_expiry: row.maybe_integer(5)?.map(KeyLifetime::days).transpose()?,
            password_policy: PasswordPolicy::new(row.maybe_integer(6)?, row.flag(7)?)?,
            revoke_reported_keys: row.flag(8)?,
            reset_by_letter: row.flag(9)?,
        },
    })
}

/// Adds an organization, with the settings a new one has.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn insert(
    work: &mut Work<'_>,
    id: OrganizationId,
    name: &OrganizationName,
) -> Result<Organization, Error> {
    let (created_at, revision) = (work.now(), work.revision());
    work.execute(
        "INSERT INTO organizations (id, name, created_at, revision) VALUES ($1, $2, $3, $4)",
        &[text(id), text(name), created_at.into(), revision.into()],
    )?;
    let settings = OrganizationSettings::default();
    Ok(Organization { id, name: name.clone(), settings, created_at, revision })
}

/// The organization with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: OrganizationId) -> Result<Option<Organization>, Error> {
    let sql = format!("{COLUMNS} WHERE o.id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// What the organization has chosen for itself.
///
/// # Errors
/// `NotFound` if there is no such organization.
pub fn settings(reader: &Reader<'_>, id: OrganizationId) -> Result<OrganizationSettings, Error> {
    let found = find(reader, id)?.ok_or_else(|| Error::not_found("organization", id))?;
    Ok(found.settings)
}

/// What is asked of this person when they sign in: of all their organizations' policies the
/// strictest.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn password_policy_of(reader: &Reader<'_>, user: UserId) -> Result<PasswordPolicy, Error> {
    let sql = format!(
        "{COLUMNS} JOIN organization_members m ON m.organization_id = o.id \
         WHERE m.user_id = $1 ORDER BY o.id"
    );
    let all = reader.sql.all(&sql, &[text(user)], from_row)?;
    let policies = all.into_iter().map(|organization| organization.settings.password_policy);
    Ok(policies.fold(PasswordPolicy::default(), PasswordPolicy::and))
}

/// Whether each organization of this person lets a link be sent to whoever forgot their password.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn reset_by_letter_of(reader: &Reader<'_>, user: UserId) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM organizations o \
               JOIN organization_members m ON m.organization_id = o.id \
               WHERE m.user_id = $1 AND o.reset_by_letter = 0";
    Ok(reader.sql.number(sql, &[text(user)])? == Some(0))
}

/// The organization made first; `None` in a new store.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn first(reader: &Reader<'_>) -> Result<Option<Organization>, Error> {
    let sql = format!("{COLUMNS} ORDER BY o.created_at, o.id LIMIT 1");
    reader.sql.first(&sql, &[], from_row)
}

/// Every organization, oldest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, page: Page) -> Result<Listed<Organization>, Error> {
    let sql = format!("{COLUMNS} ORDER BY o.created_at, o.id LIMIT $1 OFFSET $2");
    let values = [i64::from(page.size()).into(), page.offset().into()];
    let count = reader.sql.number("SELECT count(*) FROM organizations", &[])?;
    Ok(Listed {
        items: reader.sql.all(&sql, &values, from_row)?,
        count: to_count(count.unwrap_or(0)),
        page,
    })
}

/// The organizations this person is a member of, with their role there, oldest membership first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list_of_user(
    reader: &Reader<'_>,
    user: UserId,
    page: Page,
) -> Result<Listed<(Organization, OrganizationRole)>, Error> {
    let sql = "SELECT o.id, o.name, o.created_at, o.revision, o.show_keys_once, \
               o.default_key_days, o.minimum_password_length, o.require_second_factor, \
               o.revoke_reported_keys, o.reset_by_letter, m.role \
               FROM organizations o JOIN organization_members m ON m.organization_id = o.id \
               WHERE m.user_id = $1 ORDER BY m.created_at, o.id LIMIT $2 OFFSET $3";
    let count = "SELECT count(*) FROM organization_members WHERE user_id = $1";
    let id = text(user);
    let values = [id.clone(), i64::from(page.size()).into(), page.offset().into()];
    Ok(Listed {
        items: reader.sql.all(sql, &values, |row| {
            let role = row.read(10, |role| OrganizationRole::from_text(role).ok_or(()))?;
            Ok((from_row(row)?, role))
        })?,
        count: to_count(reader.sql.number(count, &[id])?.unwrap_or(0)),
        page,
    })
}

/// Gives the organization another name. Answers with what it is now.
///
/// # Errors
/// `NotFound` if there is no such organization.
pub fn rename(
    work: &mut Work<'_>,
    id: OrganizationId,
    name: &OrganizationName,
) -> Result<Organization, Error> {
    let sql = "UPDATE organizations SET name = $2, revision = $3 WHERE id = $1";
    let values = [text(id), text(name), work.revision().into()];
    work.execute(sql, &values)?;
    find(work, id)?.ok_or_else(|| Error::not_found("organization", id))
}

/// Replaces the settings. From the moment keys are shown once, no copy of any key of the
/// organization is left. Answers with what the organization is now.
///
/// # Errors
/// `NotFound` if there is no such organization.
pub fn set_settings(
    work: &mut Work<'_>,
    id: OrganizationId,
    settings: &OrganizationSettings,
) -> Result<Organization, Error> {
    let policy = settings.password_policy;
    let days = settings.default_key_expiry.map(|lifetime| i64::from(lifetime.in_days()));
    let values = [
        text(id),
        settings.show_keys_once.into(),
        days.into(),
        policy.minimum_length().map(i64::from).into(),
        policy.requires_second_factor().into(),
        settings.revoke_reported_keys.into(),
        settings.reset_by_letter.into(),
        work.revision().into(),
    ];
    work.execute(
        "UPDATE organizations SET show_keys_once = $2, default_key_days = $3, \
         minimum_password_length = $4, require_second_factor = $5, revoke_reported_keys = $6, \
         reset_by_letter = $7, revision = $8 WHERE id = $1",
        &values,
    )?;
    if settings.show_keys_once {
        keys::erase_copies(work, id)?;
    }
    find(work, id)?.ok_or_else(|| Error::not_found("organization", id))
}
