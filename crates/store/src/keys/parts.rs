//! The lists that narrow a key: clusters, names, privileges, addresses.
//!
//! Whether there is a list at all is a column of the key, so that an empty list stays a list: what
//! was narrowed never becomes wide because its list ran empty.

use super::Key;
use crate::connection::Row;
use crate::sql::text;
use crate::work::Work;
use model::pattern::NamePattern;
use model::privilege::Privilege;
use model::scope::{ClusterScope, ProjectGrant, Selection};
use model::{AddressBlock, AddressList, ClusterId, Error, KeyId, ProjectId};

/// What is between the parts of a list read at once; in none of them.
const SEPARATOR: char = '\n';

/// The columns of the lists of a key `k`: clusters, databases, collections, privileges, addresses.
/// Nothing where there is no list; the parts of a list as one text, so that many keys with lists
/// are one query.
pub(super) const COLUMNS: &str = concat!(
    "CASE WHEN k.all_clusters = 1 THEN NULL ELSE coalesce((SELECT \
     string_agg(l.cluster_id, '\n' ORDER BY l.cluster_id) FROM key_clusters l \
     WHERE l.key_id = k.id), '') END, ",
    "CASE WHEN k.all_databases = 1 THEN NULL ELSE coalesce((SELECT \
     string_agg(l.pattern, '\n' ORDER BY l.pattern) FROM key_names l \
     WHERE l.key_id = k.id AND l.kind = 'database'), '') END, ",
    "CASE WHEN k.all_collections = 1 THEN NULL ELSE coalesce((SELECT \
     string_agg(l.pattern, '\n' ORDER BY l.pattern) FROM key_names l \
     WHERE l.key_id = k.id AND l.kind = 'collection'), '') END, ",
    "CASE WHEN k.all_privileges = 1 THEN NULL ELSE coalesce((SELECT \
     string_agg(l.privilege, '\n' ORDER BY l.privilege) FROM key_privileges l \
     WHERE l.key_id = k.id), '') END, ",
    "CASE WHEN k.all_addresses = 1 THEN NULL ELSE coalesce((SELECT \
     string_agg(l.block, '\n' ORDER BY l.block) FROM key_addresses l \
     WHERE l.key_id = k.id), '') END",
);

/// Which names of a key.
#[derive(Clone, Copy)]
enum Names {
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

/// The parts of a list; `None` if there is no list at all.
fn list<T>(
    row: &Row<'_>,
    column: usize,
    part: impl Fn(&str) -> Option<T>,
) -> Result<Option<Box<[T]>>, Error> {
    let Some(text) = row.maybe_text(column)? else { return Ok(None) };
    let parts = text.split(SEPARATOR).filter(|text| !text.is_empty()).map(part);
    let parts: Option<Box<[T]>> = parts.collect();
    parts.map(Some).ok_or_else(|| Error::internal("a list of a key cannot be read"))
}

/// The clusters in this column of a row with [`COLUMNS`].
pub(super) fn clusters(row: &Row<'_>, column: usize) -> Result<ClusterScope, Error> {
    let clusters = list(row, column, |text| text.parse().ok())?;
    Ok(clusters.map_or(ClusterScope::All, ClusterScope::Only))
}

/// The databases or collections.
pub(super) fn names(row: &Row<'_>, column: usize) -> Result<Selection<NamePattern>, Error> {
    let names = list(row, column, |text| text.parse().ok())?;
    Ok(names.map_or(Selection::All, Selection::Only))
}

/// The privileges.
pub(super) fn privileges(row: &Row<'_>, column: usize) -> Result<Selection<Privilege>, Error> {
    let privileges = list(row, column, Privilege::from_text)?;
    Ok(privileges.map_or(Selection::All, Selection::Only))
}

/// The addresses of this key.
pub(super) fn addresses(row: &Row<'_>, column: usize, id: KeyId) -> Result<AddressList, Error> {
    let blocks = list::<AddressBlock>(row, column, |text| text.parse().ok())?;
    match blocks {
        None => Ok(AddressList::default()),
        // An empty list would let everybody in.
        Some(blocks) if blocks.is_empty() => {
            Err(Error::internal(format!("the addresses of {id} are missing")))
        }
        Some(blocks) => Ok(AddressList::new(blocks)),
    }
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
