//! Keeping a new key: its record, its digest and, unless the organization shows keys once, its
//! sealed copy.

use super::{Key, KeyKind, NEVER, NewKey, copy_of};
use super::{count, parts, words};
use crate::changes::{self, Noun};
use crate::organizations;
use crate::sql::{Value, text};
use crate::usage;
use crate::work::Work;
use model::life::Switch;
use model::policy::Resource;
use model::{ApiKey, Error, KeyId};

/// Keeps a new key.
///
/// # Errors
/// `NotFound` if there is no such project or person; `Invalid` if a cluster is not in the project;
/// `Conflict` if the project has a default key already, or the key to replace has been replaced.
pub fn insert(work: &mut Work<'_>, key: &ApiKey, new: NewKey) -> Result<Key, Error> {
    let record = Key {
        id: key.id(),
        organization: new.organization,
        kind: new.kind,
        name: new.name,
        description: new.description,
        creator: new.creator,
        is_default: new.is_default,
        life: new.life,
        sources: new.sources,
        rate: new.rate,
        manages_keys: new.manages_keys,
        parent: new.parent,
        replaces: new.replaces,
        report: None,
        created_at: work.now(),
        revision: work.revision(),
    };
    let values = values(work, key, &record)?;
    work.execute(
        "INSERT INTO keys (id, organization_id, project_id, user_id, is_default, digest, sealed, \
         creator_id, creator_name, parent_id, replaces, created_at, name, description, role, \
         all_clusters, all_databases, all_collections, all_privileges, all_addresses, rate_limit, \
         expires_at, switch, switched_at, replaced_by, manages_keys, revision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21, $22, $23, $24, $25, $26, $27)",
        &values,
    )
    .map_err(|failure| match record.kind {
        KeyKind::Project(ref grant) => failure.missing("project", grant.project),
        KeyKind::Personal(user) => failure.missing("user", user),
    })
    .map_err(|failure| failure.taken(|columns| already(columns, record.id)))?;
    work.is_at(Resource::Key(record.id), record.place());
    parts::write(work, &record)?;
    words::write(work, &record)?;
    usage::begin(work, record.id, record.place())?;
    count::note(work, record.place(), 1);
    changes::log(work, Noun::Key, &record.id.to_string())?;
    Ok(record)
}

fn values(work: &Work<'_>, key: &ApiKey, record: &Key) -> Result<Vec<Value>, Error> {
    let id = record.id.to_string();
    let digest = key.digest(&work.vault.digest_key());
    let sealed = if organizations::settings(work, record.organization)?.show_keys_once {
        None
    } else {
        Some(work.vault.seal(copy_of(&id), key.expose().as_bytes(), work.entropy())?)
    };
    let mut values = vec![
        id.into(),
        text(record.organization),
        record.project().map(|id| id.to_string()).into(),
        record.user().map(|id| id.to_string()).into(),
        record.is_default.into(),
        digest.as_bytes().as_slice().into(),
        sealed.into(),
        record.creator.id.as_str().into(),
        record.creator.name.as_str().into(),
        record.parent.map(|id| id.to_string()).into(),
        record.replaces.map(|id| id.to_string()).into(),
        record.created_at.into(),
    ];
    values.extend(changeable(record));
    Ok(values)
}

/// The columns that an update writes too: from `name` to `revision`.
pub(super) fn changeable(record: &Key) -> [Value; 15] {
    let life = record.life;
    let switch = match life.switch {
        Switch::On => "on",
        Switch::Off { .. } => "off",
        Switch::Revoked { .. } => "revoked",
    };
    let [clusters, databases, collections, privileges, addresses] = parts::flags(record);
    [
        text(&record.name),
        text(&record.description),
        record.grant().map(|grant| grant.role.as_str()).into(),
        clusters.into(),
        databases.into(),
        collections.into(),
        privileges.into(),
        addresses.into(),
        record.rate.map(|rate| i64::from(rate.per_second())).into(),
        life.expires_at().map_or(NEVER, model::Timestamp::millis).into(),
        switch.into(),
        life.off_since().into(),
        life.replaced_by().map(|id| id.to_string()).into(),
        record.manages_keys.into(),
        record.revision.into(),
    ]
}

fn already(columns: &str, id: KeyId) -> Error {
    if columns.contains("project_id") {
        Error::conflict("the project has a default key already")
    } else if columns.contains("replaces") {
        Error::conflict("the key has been replaced already")
    } else {
        Error::conflict(format!("there is an API key {id} already"))
    }
}
