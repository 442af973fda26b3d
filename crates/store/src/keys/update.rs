//! Changing a key's record.

use super::insert::changeable;
use super::{Key, KeyKind, KeyUpdate, find, parts, words};
use crate::changes::{self, Noun};
use crate::sql::text;
use crate::work::Work;
use model::{Error, KeyId};

/// Replaces the changeable part of a record, and publishes it if gateways see a difference. Answers
/// with the new record.
///
/// # Errors
/// `NotFound` if there is no such key; `Invalid` if a cluster is not in the key's project, or if
/// the key would belong to something else.
pub fn update(work: &mut Work<'_>, id: KeyId, update: KeyUpdate) -> Result<Key, Error> {
    let before = find(work, id)?.ok_or_else(|| Error::not_found("API key", id))?;
    check_kind(&before.kind, &update.kind)?;
    let record = Key {
        kind: update.kind,
        name: update.name,
        description: update.description,
        is_default: update.is_default,
        life: update.life,
        sources: update.sources,
        rate: update.rate,
        manages_keys: update.manages_keys,
        revision: work.revision(),
        ..before.clone()
    };
    let mut values = vec![text(id), record.is_default.into()];
    values.extend(changeable(&record));
    work.execute(
        "UPDATE keys SET is_default = $2, name = $3, description = $4, role = $5, \
         all_clusters = $6, all_databases = $7, all_collections = $8, all_privileges = $9, \
         all_addresses = $10, rate_limit = $11, expires_at = $12, switch = $13, \
         switched_at = $14, replaced_by = $15, manages_keys = $16, revision = $17 WHERE id = $1",
        &values,
    )?;
    if record.kind != before.kind || record.sources != before.sources {
        parts::clear(work, id)?;
        parts::write(work, &record)?;
    }
    if record.name != before.name || record.description != before.description {
        words::rewrite(work, &record)?;
    }
    if gateways_see_a_difference(&before, &record) {
        changes::log(work, Noun::Key, &id.to_string())?;
    }
    Ok(record)
}

fn check_kind(before: &KeyKind, after: &KeyKind) -> Result<(), Error> {
    match (before, after) {
        (KeyKind::Project(one), KeyKind::Project(other)) if one.project == other.project => Ok(()),
        (KeyKind::Personal(one), KeyKind::Personal(other)) if one == other => Ok(()),
        (KeyKind::Personal(_), KeyKind::Project(_)) => Err(Error::invalid(
            "a personal key follows its person's roles and has no role of its own",
        )),
        _ => Err(Error::invalid("a key cannot move to another project or person")),
    }
}

fn gateways_see_a_difference(before: &Key, after: &Key) -> bool {
    before.kind != after.kind || before.life != after.life || before.limits() != after.limits()
}
