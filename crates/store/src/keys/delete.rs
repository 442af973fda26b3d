//! Deleting keys.

use super::{Key, count, find};
use crate::changes::{self, Noun};
use crate::sql::text;
use crate::work::Work;
use model::policy::Resource;
use model::{ClusterId, Error, KeyId, OrganizationId, ProjectId, UserId};

/// Deletes a key: record, digest and copy. Answers with the record that was there. The keys it made
/// live on, and stay below the key that made it.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: KeyId) -> Result<Option<Key>, Error> {
    let Some(key) = find(work, id)? else {
        return Ok(None);
    };
    remove(work, &key)?;
    Ok(Some(key))
}

/// The same for a key whose record was read in this change.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn remove(work: &mut Work<'_>, key: &Key) -> Result<(), Error> {
    let id = key.id;
    work.is_at(Resource::Key(id), key.place());
    if let Some(parent) = key.parent {
        keep_the_chain(work, id, parent)?;
    }
    work.execute("DELETE FROM key_clusters WHERE key_id = $1", &[text(id)])?;
    work.execute("DELETE FROM keys WHERE id = $1", &[text(id)])?;
    count::note(work, key.place(), -1);
    changes::log(work, Noun::Key, &id.to_string())
}

/// Remembers who made a key that goes, if it has made others.
fn keep_the_chain(work: &mut Work<'_>, id: KeyId, parent: KeyId) -> Result<(), Error> {
    let sql = "INSERT INTO deleted_parents (key_id, parent_id) SELECT $1, $2 \
               WHERE EXISTS (SELECT 1 FROM keys WHERE parent_id = $1) \
               OR EXISTS (SELECT 1 FROM deleted_parents WHERE parent_id = $1)";
    work.execute(sql, &[text(id), text(parent)])?;
    Ok(())
}

/// Deletes the personal keys a person has in an organization.
pub(crate) fn delete_personal(
    work: &mut Work<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), Error> {
    let sql = "SELECT id FROM keys WHERE organization_id = $1 AND user_id = $2 ORDER BY id";
    let values = [text(organization), text(user)];
    let keys: Vec<KeyId> = work.sql.all(sql, &values, |row| row.parsed(0))?;
    for key in keys {
        delete(work, key)?;
    }
    Ok(())
}

/// Deletes every key of a project.
pub(crate) fn delete_of_project(work: &mut Work<'_>, project: ProjectId) -> Result<u64, Error> {
    let sql = "SELECT id FROM keys WHERE project_id = $1 ORDER BY id";
    let keys: Vec<KeyId> = work.sql.all(sql, &[text(project)], |row| row.parsed(0))?;
    let deleted = keys.len() as u64;
    for key in keys {
        delete(work, key)?;
    }
    count::forget_project(work, project)?;
    Ok(deleted)
}

/// Erases every copy of every key of an organization. What the keys open stays.
pub(crate) fn erase_copies(work: &mut Work<'_>, organization: OrganizationId) -> Result<(), Error> {
    let sql = "UPDATE keys SET sealed = NULL WHERE organization_id = $1 AND sealed IS NOT NULL";
    work.execute(sql, &[text(organization)])?;
    // An answer that is kept to be given again is a copy too.
    let sql = "UPDATE idempotency_answers SET sealed = $2 WHERE key_id IN \
               (SELECT id FROM keys WHERE organization_id = $1)";
    work.execute(sql, &[text(organization), Vec::new().into()])?;
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
