//! What owners have been told of their keys by letter, and what they are still to be told.
//!
//! A notice is neither a revision nor an act: it goes through the store itself. It must never say
//! more of a key than its record does. To tell owners of one more thing: a [`Notice`], its query
//! here, and its kind in a migration.

use super::read::{from_row, records};
use super::{Key, NEVER};
use crate::connection::Row;
use crate::sql::{Value, text};
use crate::store::Store;
use crate::work::Reader;
use model::life::SOON_MILLIS;
use model::name::Email;
use model::{Error, OrganizationId, OrganizationRole, ProjectId, ProjectRole, Timestamp, UserId};

/// How old a report may be that owners have not been told of: a week.
const LEAKS_FOR_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How many keys are handed out at once; the others follow when these have been told of.
pub const AT_ONCE: u32 = 200;
/// How many owners of a key are told; the oldest memberships first.
const MOST_OWNERS: i64 = 20;

/// What owners are told of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It was reported as leaked.
    Leak,
    /// It ends soon.
    End,
}

impl Notice {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::End => "end",
        }
    }

    /// The moment in the key's life that this is about.
    fn about(self, key: &Key) -> Option<Timestamp> {
        match self {
            Self::Leak => key.report.as_ref().map(|report| report.at),
            Self::End => key.life.expires_at(),
        }
    }
}

/// Somebody who is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Addressee {
    /// The person.
    pub user: UserId,
    /// Where letters reach them.
    pub email: Email,
}

/// The next keys whose owners are to be told of this, oldest news first. Of an end only where the
/// key works, has no successor, and was made to live longer than the time of the warning: whoever
/// makes a key for a day knows when it ends.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn due(reader: &Reader<'_>, notice: Notice, now: Timestamp) -> Result<Vec<Key>, Error> {
    let known = format!(
        "NOT EXISTS (SELECT 1 FROM key_notices n WHERE n.key_id = k.id AND n.kind = '{}' \
         AND n.about = ",
        notice.as_str()
    );
    let (conditions, from, to) = match notice {
        Notice::Leak => (
            format!(
                "k.reported_at IS NOT NULL AND k.reported_at > $1 AND k.reported_at <= $2 \
                 AND {known} k.reported_at) ORDER BY k.reported_at, k.id"
            ),
            Timestamp::from_millis(now.millis().saturating_sub(LEAKS_FOR_MILLIS)),
            now,
        ),
        Notice::End => (
            format!(
                "k.expires_at < {NEVER} AND k.expires_at > $1 AND k.expires_at <= $2 \
                 AND k.expires_at - k.created_at > {SOON_MILLIS} AND k.switch = 'on' \
                 AND k.replaced_by IS NULL AND {known} k.expires_at) ORDER BY k.expires_at, k.id"
            ),
            now,
            Timestamp::from_millis(now.millis().saturating_add(SOON_MILLIS)),
        ),
    };
    let sql = format!("{} FROM keys k WHERE {conditions} LIMIT {AT_ONCE}", records());
    reader.sql.all(&sql, &[from.into(), to.into()], from_row)
}

/// Remembers that the owners of these keys have been told.
///
/// # Errors
/// `Unavailable` if this could not be made durable.
pub fn told(store: &Store, notice: Notice, keys: &[Key]) -> Result<(), Error> {
    store.write_unlisted(|work| {
        for key in keys {
            let Some(about) = notice.about(key) else { continue };
            // The key may have been deleted in the meantime.
            let values = [text(key.id), notice.as_str().into(), about.into(), work.now().into()];
            work.execute(
                "INSERT INTO key_notices (key_id, kind, about, told_at) \
                 SELECT k.id, $2, $3, $4 FROM keys k WHERE k.id = $1 \
                 ON CONFLICT (key_id, kind) DO UPDATE SET about = excluded.about, \
                 told_at = excluded.told_at",
                &values,
            )?;
        }
        Ok(())
    })
}

/// Owners of the organization, and of the project if one is named, who may sign in.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn owners(
    reader: &Reader<'_>,
    organization: OrganizationId,
    project: Option<ProjectId>,
) -> Result<Vec<Addressee>, Error> {
    let sql = "SELECT u.id, u.email FROM users u WHERE u.disabled_at IS NULL AND (u.id IN \
               (SELECT o.user_id FROM organization_members o \
               WHERE o.organization_id = $1 AND o.role = $2) OR u.id IN \
               (SELECT p.user_id FROM project_members p \
               WHERE p.project_id = $3 AND p.role = $4)) ORDER BY u.created_at, u.id LIMIT $5";
    let values: [Value; 5] = [
        text(organization),
        OrganizationRole::Owner.as_str().into(),
        project.map(|project| project.to_string()).into(),
        ProjectRole::Owner.as_str().into(),
        MOST_OWNERS.into(),
    ];
    reader.sql.all(sql, &values, addressee)
}

/// The person a personal key belongs to, if they may sign in.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn person(reader: &Reader<'_>, user: UserId) -> Result<Option<Addressee>, Error> {
    let sql = "SELECT u.id, u.email FROM users u WHERE u.id = $1 AND u.disabled_at IS NULL";
    reader.sql.first(sql, &[text(user)], addressee)
}

fn addressee(row: &Row<'_>) -> Result<Addressee, Error> {
    Ok(Addressee { user: row.parsed(0)?, email: row.read(1, Email::new)? })
}
