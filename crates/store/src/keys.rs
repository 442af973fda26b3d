//! API keys: their records, their digests and their sealed copies.
//!
//! A record never carries the secret: the digest leaves through the change feed only, the plain
//! key through [`reveal`] only. A deleted key leaves no row; its audit records stay.

mod list;

pub use list::{KeyFilter, list};

use crate::changes::{self, Noun};
use crate::connection::Row;
use crate::organizations;
use crate::sql::text;
use crate::vault::Place;
use crate::work::{Located, Reader, Work};
use model::name::{Description, KeyName};
use model::policy::Resource;
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{
    AccessRole, ApiKey, ClusterId, Error, KeyDigest, KeyId, OrganizationId, ProjectId, Revision,
    Timestamp, UserId,
};

/// The record of an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id, which is also inside the key.
    pub id: KeyId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// What it belongs to there, and so what it opens.
    pub kind: KeyKind,
    /// What people call it; not unique.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// Who made it.
    pub creator: Creator,
    /// Whether it came with its project.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change of this record.
    pub revision: Revision,
}

/// What a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A project; the key opens exactly this.
    Project(ProjectGrant),
    /// A person; the key opens what they may.
    Personal(UserId),
}

/// Who made something, as it was when they made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The actor as the audit trail writes it: `user-…`, `key-…` or `operator`.
    pub id: String,
    /// What the actor was called.
    pub name: String,
}

/// A key to be kept.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// What it belongs to there.
    pub kind: KeyKind,
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// Who makes it.
    pub creator: Creator,
    /// Whether it comes with its project; a project has one such key at most.
    pub is_default: bool,
}

/// What replaces the changeable part of a key's record.
#[derive(Clone, Debug)]
pub struct KeyUpdate {
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// Role and clusters of a project key; a personal key has none, and `None` keeps them.
    pub access: Option<(AccessRole, ClusterScope)>,
}

impl Key {
    /// The project it belongs to, if it is a project key.
    pub fn project(&self) -> Option<ProjectId> {
        self.grant().map(|grant| grant.project)
    }

    /// What it opens, if it is a project key.
    pub fn grant(&self) -> Option<&ProjectGrant> {
        match &self.kind {
            KeyKind::Project(grant) => Some(grant),
            KeyKind::Personal(_) => None,
        }
    }

    /// The person it belongs to, if it is a personal key.
    pub fn user(&self) -> Option<UserId> {
        match self.kind {
            KeyKind::Project(_) => None,
            KeyKind::Personal(user) => Some(user),
        }
    }

    pub(crate) fn place(&self) -> Located {
        Located { organization: self.organization, project: self.project() }
    }
}

const COLUMNS: &str = "SELECT k.id, k.organization_id, k.project_id, k.user_id, k.role, \
                       k.all_clusters, k.name, k.description, k.creator_id, k.creator_name, \
                       k.is_default, k.created_at, k.revision FROM keys k";

/// Reads a record; the clusters of a narrowed key are read separately.
fn from_row(reader: &Reader<'_>, row: &Row<'_>) -> Result<Key, Error> {
    let id: KeyId = row.parsed(0)?;
    let kind = match row.maybe_parsed(3)? {
        Some(user) => KeyKind::Personal(user),
        None => KeyKind::Project(ProjectGrant {
            project: row.parsed(2)?,
            role: role(row, 4)?,
            clusters: if row.flag(5)? {
                ClusterScope::All
            } else {
                ClusterScope::Only(clusters_of(reader, id)?)
            },
            data: DataScope::default(),
        }),
    };
    Ok(Key {
        id,
        organization: row.parsed(1)?,
        kind,
        name: row.read(6, KeyName::new)?,
        description: row.read(7, Description::new)?,
        creator: Creator { id: row.text(8)?.to_owned(), name: row.text(9)?.to_owned() },
        is_default: row.flag(10)?,
        created_at: row.moment(11)?,
        revision: row.revision(12)?,
    })
}

pub(crate) fn role(row: &Row<'_>, column: usize) -> Result<AccessRole, Error> {
    row.read(column, |role| AccessRole::from_text(role).ok_or(()))
}

pub(crate) fn clusters_of(reader: &Reader<'_>, id: KeyId) -> Result<Box<[ClusterId]>, Error> {
    let sql = "SELECT cluster_id FROM key_clusters WHERE key_id = $1 ORDER BY cluster_id";
    let clusters = reader.sql.all(sql, &[text(id)], |row| row.parsed(0))?;
    Ok(clusters.into())
}

/// Keeps a new key: its record, its digest and, unless the organization shows keys once, its sealed
/// copy.
///
/// # Errors
/// `NotFound` if there is no such project or person; `Invalid` if a cluster is not in the project;
/// `Conflict` if the project has a default key already.
pub fn insert(work: &mut Work<'_>, key: &ApiKey, new: NewKey) -> Result<Key, Error> {
    let record = Key {
        id: key.id(),
        organization: new.organization,
        kind: new.kind,
        name: new.name,
        description: new.description,
        creator: new.creator,
        is_default: new.is_default,
        created_at: work.now(),
        revision: work.revision(),
    };
    let id = record.id.to_string();
    let digest = key.digest(&work.vault.digest_key());
    let sealed = if organizations::settings(work, record.organization)?.show_keys_once {
        None
    } else {
        Some(work.vault.seal(copy_of(&id), key.expose().as_bytes(), work.entropy())?)
    };
    let scope = record.grant().map(|grant| &grant.clusters);
    let values = [
        id.as_str().into(),
        text(record.organization),
        record.project().map(|id| id.to_string()).into(),
        record.user().map(|id| id.to_string()).into(),
        record.grant().map(|grant| grant.role.as_str()).into(),
        (!matches!(scope, Some(ClusterScope::Only(_)))).into(),
        record.is_default.into(),
        digest.as_bytes().as_slice().into(),
        sealed.into(),
        text(&record.name),
        text(&record.description),
        record.creator.id.as_str().into(),
        record.creator.name.as_str().into(),
        record.created_at.into(),
        record.revision.into(),
    ];
    work.execute(
        "INSERT INTO keys (id, organization_id, project_id, user_id, role, all_clusters, \
         is_default, digest, sealed, name, description, creator_id, creator_name, created_at, \
         revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &values,
    )
    .map_err(|failure| match record.kind {
        KeyKind::Project(ref grant) => failure.missing("project", grant.project),
        KeyKind::Personal(user) => failure.missing("user", user),
    })
    .map_err(|failure| failure.taken(|columns| already(columns, record.id)))?;
    set_clusters(work, &record)?;
    changes::log(work, Noun::Key, &id)?;
    Ok(record)
}

fn already(columns: &str, id: KeyId) -> Error {
    if columns.contains("project_id") {
        Error::conflict("the project has a default key already")
    } else {
        Error::conflict(format!("there is an API key {id} already"))
    }
}

/// The record of the key with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: KeyId) -> Result<Option<Key>, Error> {
    let sql = format!("{COLUMNS} WHERE k.id = $1");
    reader.sql.first(&sql, &[text(id)], |row| from_row(reader, row))
}

/// The record of a key that somebody presents; `None` if there is no such key or its secret part
/// is wrong. The digests are compared in constant time, and no sealed copy is opened.
///
/// # Errors
/// The store does not answer.
pub fn verify(reader: &Reader<'_>, presented: &ApiKey) -> Result<Option<Key>, Error> {
    let sql = "SELECT digest FROM keys WHERE id = $1";
    let spelled = presented.id().to_string();
    let kept = reader.sql.first(sql, &[spelled.as_str().into()], |row| {
        let bytes = row.blob(0)?.try_into();
        let bytes = bytes.map_err(|_| Error::internal("a digest has the wrong length"))?;
        Ok(KeyDigest::from_bytes(bytes))
    })?;
    let digest = presented.digest(&reader.vault.digest_key());
    if kept.is_some_and(|kept| kept.matches(&digest)) {
        return find(reader, presented.id());
    }
    Ok(None)
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

/// Erases the sealed copy of every key of an organization. What the keys open stays.
pub(crate) fn erase_copies(work: &mut Work<'_>, organization: OrganizationId) -> Result<(), Error> {
    let sql = "UPDATE keys SET sealed = NULL WHERE organization_id = $1 AND sealed IS NOT NULL";
    work.execute(sql, &[text(organization)])?;
    Ok(())
}

/// Deletes every key of a project.
pub(crate) fn delete_of_project(work: &mut Work<'_>, project: ProjectId) -> Result<u64, Error> {
    let sql = "SELECT id FROM keys WHERE project_id = $1 ORDER BY id";
    let keys: Vec<KeyId> = work.sql.all(sql, &[text(project)], |row| row.parsed(0))?;
    let count = keys.len() as u64;
    for key in keys {
        delete(work, key)?;
    }
    Ok(count)
}

/// Replaces the changeable part of a record. Answers with the new record.
///
/// # Errors
/// `NotFound` if there is no such key; `Invalid` if a cluster is not in the key's project, or if
/// access is given for a personal key.
pub fn update(work: &mut Work<'_>, id: KeyId, update: KeyUpdate) -> Result<Key, Error> {
    let before = find(work, id)?.ok_or_else(|| Error::not_found("API key", id))?;
    let kind = match (&before.kind, update.access) {
        (kind, None) => kind.clone(),
        (KeyKind::Project(grant), Some((role, clusters))) => KeyKind::Project(ProjectGrant {
            project: grant.project,
            role,
            clusters,
            data: DataScope::default(),
        }),
        (KeyKind::Personal(_), Some(_)) => {
            return Err(Error::invalid(
                "a personal key follows its person's roles and has no role of its own",
            ));
        }
    };
    let record = Key {
        kind,
        name: update.name,
        description: update.description,
        revision: work.revision(),
        ..before.clone()
    };
    let scope = record.grant().map(|grant| &grant.clusters);
    let values = [
        text(id),
        text(&record.name),
        text(&record.description),
        record.grant().map(|grant| grant.role.as_str()).into(),
        (!matches!(scope, Some(ClusterScope::Only(_)))).into(),
        record.revision.into(),
    ];
    work.execute(
        "UPDATE keys SET name = $2, description = $3, role = $4, all_clusters = $5, revision = $6 \
         WHERE id = $1",
        &values,
    )?;
    if record.kind != before.kind {
        work.execute("DELETE FROM key_clusters WHERE key_id = $1", &[text(id)])?;
        set_clusters(work, &record)?;
        changes::log(work, Noun::Key, &id.to_string())?;
    }
    Ok(record)
}

/// Deletes a key: record, digest and copy. Answers with the record that was there.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: KeyId) -> Result<Option<Key>, Error> {
    let Some(key) = find(work, id)? else {
        return Ok(None);
    };
    work.removed(Resource::Key(id), key.place());
    work.execute("DELETE FROM key_clusters WHERE key_id = $1", &[text(id)])?;
    work.execute("DELETE FROM keys WHERE id = $1", &[text(id)])?;
    changes::log(work, Noun::Key, &id.to_string())?;
    Ok(Some(key))
}

/// Deletes the personal keys a person has in an organization.
pub(crate) fn delete_personal(
    work: &mut Work<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), Error> {
    let sql = "SELECT id FROM keys WHERE organization_id = $1 AND user_id = $2";
    let values = [text(organization), text(user)];
    let keys: Vec<KeyId> = work.sql.all(sql, &values, |row| row.parsed(0))?;
    for key in keys {
        delete(work, key)?;
    }
    Ok(())
}

/// Takes a cluster that goes away out of the keys that name it.
pub(crate) fn forget_cluster(work: &mut Work<'_>, cluster: ClusterId) -> Result<(), Error> {
    let sql = "SELECT key_id FROM key_clusters WHERE cluster_id = $1 ORDER BY key_id";
    let keys: Vec<KeyId> = work.sql.all(sql, &[text(cluster)], |row| row.parsed(0))?;
    work.execute("DELETE FROM key_clusters WHERE cluster_id = $1", &[text(cluster)])?;
    for key in keys {
        changes::log(work, Noun::Key, &key.to_string())?;
    }
    Ok(())
}

/// Writes the clusters of a narrowed key, which must be clusters of its project.
fn set_clusters(work: &mut Work<'_>, key: &Key) -> Result<(), Error> {
    let Some(ProjectGrant { project, clusters: ClusterScope::Only(clusters), .. }) = key.grant()
    else {
        return Ok(());
    };
    for cluster in clusters {
        let sql = "INSERT INTO key_clusters (key_id, cluster_id) \
                   SELECT $1, id FROM clusters WHERE id = $2 AND project_id = $3 \
                   ON CONFLICT (key_id, cluster_id) DO NOTHING";
        let values = [text(key.id), text(cluster), text(project)];
        let belongs = "SELECT 1 FROM clusters WHERE id = $1 AND project_id = $2";
        if work.sql.number(belongs, &values[1..])?.is_none() {
            return Err(Error::invalid(format!("the project has no cluster {cluster}"))
                .in_field("clusterIds"));
        }
        work.execute(sql, &values)?;
    }
    Ok(())
}

fn copy_of(id: &str) -> Place<'_> {
    Place { noun: "API key", id }
}
