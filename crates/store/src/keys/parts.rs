//! The lists that narrow a key: clusters, names, privileges, addresses.
//!
//! Whether there is a list at all is a column of the key, so that an empty list stays a list: what
//! was narrowed never becomes wide because its list ran empty.

use super::Key;
use crate::sql::text;
use crate::work::{Reader, Work};
use model::pattern::NamePattern;
use model::privilege::Privilege;
use model::scope::{ClusterScope, ProjectGrant, Selection};
use model::{AddressBlock, AddressList, ClusterId, Error, KeyId, ProjectId};

/// Which names of a key.
#[derive(Clone, Copy)]
pub(super) enum Names {
    Databases,
    Collections,
}

impl Names {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Databases => "database",
            Self::Collections => "collection",
        }
    }
}

pub(super) fn clusters(reader: &Reader<'_>, id: KeyId) -> Result<Box<[ClusterId]>, Error> {
    let sql = "SELECT cluster_id FROM key_clusters WHERE key_id = $1 ORDER BY cluster_id";
    let clusters = reader.sql.all(sql, &[text(id)], |row| row.parsed(0))?;
    Ok(clusters.into())
}

pub(super) fn names(
    reader: &Reader<'_>,
    id: KeyId,
    kind: Names,
) -> Result<Box<[NamePattern]>, Error> {
    let sql = "SELECT pattern FROM key_names WHERE key_id = $1 AND kind = $2 ORDER BY pattern";
    let values = [text(id), kind.as_str().into()];
    Ok(reader.sql.all(sql, &values, |row| row.parsed(0))?.into())
}

pub(super) fn privileges(reader: &Reader<'_>, id: KeyId) -> Result<Box<[Privilege]>, Error> {
    let sql = "SELECT privilege FROM key_privileges WHERE key_id = $1 ORDER BY privilege";
    let privileges = reader
        .sql
        .all(sql, &[text(id)], |row| row.read(0, |name| Privilege::from_text(name).ok_or(())))?;
    Ok(privileges.into())
}

pub(super) fn addresses(reader: &Reader<'_>, id: KeyId) -> Result<AddressList, Error> {
    let sql = "SELECT block FROM key_addresses WHERE key_id = $1 ORDER BY block";
    let blocks: Vec<AddressBlock> = reader.sql.all(sql, &[text(id)], |row| row.parsed(0))?;
    if blocks.is_empty() {
        // An empty list would let everybody in.
        return Err(Error::internal(format!("the addresses of {id} are missing")));
    }
    Ok(AddressList::new(blocks))
}

/// Whether each list is none at all: clusters, databases, collections, privileges, addresses.
pub(super) fn flags(key: &Key) -> [bool; 5] {
    let (clusters, data) = match key.grant() {
        Some(grant) => (grant.clusters == ClusterScope::All, Some(&grant.data)),
        None => (true, None),
    };
    [
        clusters,
        data.is_none_or(|data| data.databases.is_all()),
        data.is_none_or(|data| data.collections.is_all()),
        data.is_none_or(|data| data.privileges.is_all()),
        key.sources.is_open(),
    ]
}

/// Writes the lists of a key that has none yet.
pub(super) fn write(work: &mut Work<'_>, key: &Key) -> Result<(), Error> {
    for block in key.sources.blocks() {
        let sql = "INSERT INTO key_addresses (key_id, block) VALUES ($1, $2)";
        work.execute(sql, &[text(key.id), text(block)])?;
    }
    let Some(ProjectGrant { project, clusters, data, .. }) = key.grant() else {
        return Ok(());
    };
    if let ClusterScope::Only(clusters) = clusters {
        write_clusters(work, key.id, *project, clusters)?;
    }
    write_names(work, key.id, Names::Databases, &data.databases)?;
    write_names(work, key.id, Names::Collections, &data.collections)?;
    if let Selection::Only(privileges) = &data.privileges {
        for privilege in privileges {
            let sql = "INSERT INTO key_privileges (key_id, privilege) VALUES ($1, $2) \
                       ON CONFLICT (key_id, privilege) DO NOTHING";
            work.execute(sql, &[text(key.id), privilege.as_str().into()])?;
        }
    }
    Ok(())
}

/// Removes the lists of a key.
pub(super) fn clear(work: &mut Work<'_>, id: KeyId) -> Result<(), Error> {
    for sql in [
        "DELETE FROM key_clusters WHERE key_id = $1",
        "DELETE FROM key_names WHERE key_id = $1",
        "DELETE FROM key_privileges WHERE key_id = $1",
        "DELETE FROM key_addresses WHERE key_id = $1",
    ] {
        work.execute(sql, &[text(id)])?;
    }
    Ok(())
}

fn write_names(
    work: &mut Work<'_>,
    id: KeyId,
    kind: Names,
    selection: &Selection<NamePattern>,
) -> Result<(), Error> {
    let Selection::Only(patterns) = selection else {
        return Ok(());
    };
    for pattern in patterns {
        let sql = "INSERT INTO key_names (key_id, kind, pattern) VALUES ($1, $2, $3) \
                   ON CONFLICT (key_id, kind, pattern) DO NOTHING";
        work.execute(sql, &[text(id), kind.as_str().into(), text(pattern)])?;
    }
    Ok(())
}

/// Writes the clusters of a narrowed key, which must be clusters of its project.
fn write_clusters(
    work: &mut Work<'_>,
    id: KeyId,
    project: ProjectId,
    clusters: &[ClusterId],
) -> Result<(), Error> {
    for cluster in clusters {
        let belongs = "SELECT 1 FROM clusters WHERE id = $1 AND project_id = $2";
        if work.sql.number(belongs, &[text(cluster), text(project)])?.is_none() {
            return Err(Error::invalid(format!("the project has no cluster {cluster}"))
                .in_field("clusterIds"));
        }
        let sql = "INSERT INTO key_clusters (key_id, cluster_id) VALUES ($1, $2) \
                   ON CONFLICT (key_id, cluster_id) DO NOTHING";
        work.execute(sql, &[text(id), text(cluster)])?;
    }
    Ok(())
}
