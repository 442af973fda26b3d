//! Reading keys: their records, the proof of a presented one, and the plain key once more.
//!
//! Only [`access`] lets a digest out, and only to the feed; only [`reveal`] lets a key out.

use super::parts;
use super::{Creator, Key, KeyKind, LeakReport, NEVER, copy_of};
use crate::connection::Row;
use crate::sql::text;
use crate::work::Reader;
use model::change::KeyLimits;
use model::life::{Switch, Term};
use model::name::{Description, KeyName, LeakLocation, LeakSource};
use model::scope::{DataScope, ProjectGrant};
use model::{
    AccessRole, ApiKey, Error, KeyDigest, KeyId, KeyLife, OrganizationId, RateLimit, Revision,
    Timestamp,
};

/// The columns that say what a key opens and what bounds it, numbered from 0 to 14: the lists that
/// narrow it are 5 to 9.
fn access_columns() -> String {
    format!(
        "SELECT k.id, k.organization_id, k.project_id, k.user_id, k.role, {}, k.rate_limit, \
         k.expires_at, k.switch, k.switched_at, k.replaced_by",
        parts::COLUMNS
    )
}

/// The rest of a record, from 15 on.
const REST: &str = ", k.name, k.description, k.creator_id, k.creator_name, k.is_default, \
     k.manages_keys, k.parent_id, k.replaces, k.reported_at, k.report_source, k.report_url, \
     k.created_at, k.revision";

/// The beginning of a query of records: the 28 columns of keys `k`.
pub(super) fn records() -> String {
    format!("{}{REST}", access_columns())
}

/// Reads a record.
pub(super) fn from_row(row: &Row<'_>) -> Result<Key, Error> {
    let id: KeyId = row.parsed(0)?;
    Ok(Key {
        id,
        organization: row.parsed(1)?,
        kind: kind(row)?,
        sources: parts::addresses(row, 9, id)?,
        rate: rate(row)?,
        life: life(row)?,
        name: row.read(15, KeyName::new)?,
        description: row.read(16, Description::new)?,
        creator: Creator { id: row.text(17)?.to_owned(), name: row.text(18)?.to_owned() },
        is_default: row.flag(19)?,
        manages_keys: row.flag(20)?,
        parent: row.maybe_parsed(21)?,
        replaces: row.maybe_parsed(22)?,
        report: leak(row)?,
        created_at: row.moment(26)?,
        revision: row.revision(27)?,
    })
}

fn kind(row: &Row<'_>) -> Result<KeyKind, Error> {
    Ok(match row.maybe_parsed(3)? {
        Some(user) => KeyKind::Personal(user),
        None => KeyKind::Project(grant(row)?),
    })
}

/// What a project key opens.
fn grant(row: &Row<'_>) -> Result<ProjectGrant, Error> {
    Ok(ProjectGrant {
        project: row.parsed(2)?,
        role: row.read(4, |role| AccessRole::from_text(role).ok_or(()))?,
        clusters: parts::clusters(row, 5)?,
        data: DataScope {
            databases: parts::names(row, 6)?,
            collections: parts::names(row, 7)?,
            privileges: parts::privileges(row, 8)?,
        },
    })
}

fn rate(row: &Row<'_>) -> Result<Option<RateLimit>, Error> {
    let kept = row.maybe_integer(10)?.map(|number| {
        let number = u32::try_from(number).unwrap_or(0);
        RateLimit::new(number).map_err(|_| Error::internal("a rate limit cannot be read"))
    });
    kept.transpose()
}

fn life(row: &Row<'_>) -> Result<KeyLife, Error> {
    let end = Some(row.integer(11)?).filter(|&end| end != NEVER).map(Timestamp::from_millis);
    let since = row.maybe_integer(13)?.map(Timestamp::from_millis);
    let switch = match (row.text(12)?, since) {
        ("on", None) => Switch::On,
        ("off", Some(since)) => Switch::Off { since },
        ("revoked", Some(since)) => Switch::Revoked { since },
        _ => return Err(Error::internal("the switch of a key cannot be read")),
    };
    let term = match (row.maybe_parsed(14)?, end) {
        (None, None) => Term::Open,
        (None, Some(end)) => Term::Until(end),
        (Some(by), Some(until)) => Term::Replaced { by, until },
        (Some(_), None) => return Err(Error::internal("a replaced key has no end")),
    };
    Ok(KeyLife { switch, term })
}

fn leak(row: &Row<'_>) -> Result<Option<LeakReport>, Error> {
    let Some(at) = row.maybe_integer(23)? else {
        return Ok(None);
    };
    Ok(Some(LeakReport {
        at: Timestamp::from_millis(at),
        source: row.maybe_text(24)?.map(LeakSource::new).transpose()?,
        url: row.maybe_text(25)?.map(LeakLocation::new).transpose()?,
    }))
}

/// The record of the key with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: KeyId) -> Result<Option<Key>, Error> {
    let sql = format!("{} FROM keys k WHERE k.id = $1", records());
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The same, unless its person is disabled: whether somebody who came with this key may go on.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_live(reader: &Reader<'_>, id: KeyId) -> Result<Option<Key>, Error> {
    let sql = format!("{} FROM keys k WHERE k.id = $1 AND {OF_NOBODY_DISABLED}", records());
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The keys `k` of disabled people are as good as gone.
const OF_NOBODY_DISABLED: &str = "(k.user_id IS NULL OR k.user_id NOT IN \
     (SELECT u.id FROM users u WHERE u.disabled_at IS NOT NULL AND u.id = k.user_id))";

/// What the feed needs of a key.
pub(crate) struct Access {
    pub(crate) id: KeyId,
    pub(crate) organization: OrganizationId,
    pub(crate) kind: KeyKind,
    pub(crate) limits: KeyLimits,
    pub(crate) digest: KeyDigest,
}

/// The query of what the feed needs. What is switched off is left out: gateways must not know of
/// it. The keys of disabled people are gone for them too.
fn accesses() -> String {
    format!(
        "{}, k.digest FROM keys k WHERE k.switch = 'on' AND {OF_NOBODY_DISABLED}",
        access_columns()
    )
}

/// Hands out what the feed needs of every key, one at a time.
pub(crate) fn access(
    reader: &Reader<'_>,
    each: &mut dyn FnMut(Access) -> Result<(), Error>,
) -> Result<(), Error> {
    reader.sql.each(&accesses(), &[], |row| each(access_of(row)?))
}

/// What the feed needs of the keys that the change log names after one revision and up to another.
pub(crate) fn access_of_changed(
    reader: &Reader<'_>,
    after: Revision,
    upto: Revision,
) -> Result<Vec<Access>, Error> {
    let sql = format!(
        "{} AND k.id IN (SELECT c.id FROM change_log c WHERE c.revision > $1 \
         AND c.revision <= $2 AND c.noun = 'key')",
        accesses()
    );
    reader.sql.all(&sql, &[after.into(), upto.into()], access_of)
}

fn access_of(row: &Row<'_>) -> Result<Access, Error> {
    let id = row.parsed(0)?;
    Ok(Access {
        id,
        organization: row.parsed(1)?,
        kind: kind(row)?,
        limits: KeyLimits {
            expires_at: life(row)?.expires_at(),
            sources: parts::addresses(row, 9, id)?,
            rate: rate(row)?,
        },
        digest: digest(row, 15)?,
    })
}

fn digest(row: &Row<'_>, column: usize) -> Result<KeyDigest, Error> {
    let bytes = row.blob(column)?.try_into();
    let bytes = bytes.map_err(|_| Error::internal("a digest has the wrong length"))?;
    Ok(KeyDigest::from_bytes(bytes))
}

/// The record of a key that somebody presents; `None` if there is no such key or its secret part
/// is wrong. The digests are compared in constant time, and no sealed copy is opened. Whether the
/// key works is for the caller to see.
///
/// # Errors
/// The store does not answer.
pub fn verify(reader: &Reader<'_>, presented: &ApiKey) -> Result<Option<Key>, Error> {
    verified(reader, presented, "1 = 1")
}

/// The same, unless its person is disabled.
///
/// # Errors
/// The store does not answer.
pub fn verify_live(reader: &Reader<'_>, presented: &ApiKey) -> Result<Option<Key>, Error> {
    verified(reader, presented, OF_NOBODY_DISABLED)
}

fn verified(
    reader: &Reader<'_>,
    presented: &ApiKey,
    condition: &str,
) -> Result<Option<Key>, Error> {
    let sql = format!("{}, k.digest FROM keys k WHERE k.id = $1 AND {condition}", records());
    let presented_digest = presented.digest(&reader.vault.digest_key());
    let kept = reader.sql.first(&sql, &[text(presented.id())], |row| {
        Ok(if digest(row, 28)?.matches(&presented_digest) { Some(from_row(row)?) } else { None })
    })?;
    Ok(kept.flatten())
}

/// Whether a sealed copy of the key is kept.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub(crate) fn has_copy(reader: &Reader<'_>, id: KeyId) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM keys WHERE id = $1 AND sealed IS NOT NULL";
    Ok(reader.sql.number(sql, &[text(id)])?.unwrap_or(0) > 0)
}

/// The plain key, from its sealed copy; `None` if there is no such key or no copy is kept.
///
/// # Errors
/// `Internal` if the copy does not open.
pub fn reveal(reader: &Reader<'_>, id: KeyId) -> Result<Option<ApiKey>, Error> {
    let sql = "SELECT sealed FROM keys WHERE id = $1 AND sealed IS NOT NULL";
    let spelled = id.to_string();
    reader.sql.first(sql, &[spelled.as_str().into()], |row| {
        let opened = reader.vault.open(copy_of(&spelled), row.blob(0)?);
        opened
            .and_then(|bytes| ApiKey::parse(&bytes))
            .filter(|key| key.id() == id)
            .ok_or_else(|| Error::internal(format!("the sealed copy of {id} does not open")))
    })
}
