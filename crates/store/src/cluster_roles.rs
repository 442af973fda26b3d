//! Roles that people made on clusters, and what is granted to them.
//!
//! Built-in roles have no rows. Whoever adds roles and grants bounds how many there are, and makes
//! sure that a group which is granted exists.

use crate::changes::{self, Noun};
use crate::connection::Row;
use crate::sql::{Value, text, to_count};
use crate::work::{Reader, Work};
use crate::{audit, privilege_groups};
use model::cluster_role::ClusterRoleName;
use model::grant::{Grant, GrantTarget, Granted, Level, NameChoice, PrivilegeGroupName};
use model::name::Description;
use model::policy::Resource;
use model::privilege::Privilege;
use model::privilege_group::BuiltInGroup;
use model::{ClusterId, ClusterRoleId, Error, Timestamp};

/// A role that people made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterRole {
    /// The role.
    pub id: ClusterRoleId,
    /// The cluster.
    pub cluster: ClusterId,
    /// What people call it; unique on the cluster.
    pub name: ClusterRoleName,
    /// What it is for.
    pub description: Description,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A grant, and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRecord {
    /// What is granted, and on what.
    pub grant: Grant,
    /// Who granted it: the name of a cluster user, or the id of a person or key.
    pub grantor: String,
}

const COLUMNS: &str = "SELECT id, cluster_id, name, description, created_at FROM cluster_roles";

fn from_row(row: &Row<'_>) -> Result<ClusterRole, Error> {
    Ok(ClusterRole {
        id: row.parsed(0)?,
        cluster: row.parsed(1)?,
        name: row.read(2, ClusterRoleName::new)?,
        description: row.read(3, Description::new)?,
        created_at: row.moment(4)?,
    })
}

/// Adds a role that holds nothing.
///
/// # Errors
/// `Conflict` if the name is taken on the cluster; `NotFound` if there is no such cluster.
pub fn insert(
    work: &mut Work<'_>,
    cluster: ClusterId,
    name: &ClusterRoleName,
    description: &Description,
) -> Result<ClusterRole, Error> {
    let role = ClusterRole {
        id: ClusterRoleId::generate(work.entropy()),
        cluster,
        name: name.clone(),
        description: description.clone(),
        created_at: work.now(),
    };
    let values =
        [text(role.id), text(cluster), text(name), text(description), role.created_at.into()];
    let sql = "INSERT INTO cluster_roles (id, cluster_id, name, description, created_at) \
               VALUES ($1, $2, $3, $4, $5)";
    work.execute(sql, &values).map_err(|failure| failure.missing("cluster", cluster)).map_err(
        |failure| {
            failure.taken(|_| {
                let message = format!("the cluster has a role named {name} already");
                Error::conflict(message).in_field("roleName")
            })
        },
    )?;
    publish(work, role.id)?;
    Ok(role)
}

/// The role with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: ClusterRoleId) -> Result<Option<ClusterRole>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The role of the cluster with this name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_name(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &ClusterRoleName,
) -> Result<Option<ClusterRole>, Error> {
    let sql = format!("{COLUMNS} WHERE cluster_id = $1 AND name = $2");
    reader.sql.first(&sql, &[text(cluster), text(name)], from_row)
}

/// The roles that people made on a cluster, by name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, cluster: ClusterId) -> Result<Vec<ClusterRole>, Error> {
    let sql = format!("{COLUMNS} WHERE cluster_id = $1");
    let mut roles = reader.sql.all(&sql, &[text(cluster)], from_row)?;
    roles.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(roles)
}

/// How many roles people made on the cluster.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn count(reader: &Reader<'_>, cluster: ClusterId) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM cluster_roles WHERE cluster_id = $1";
    Ok(to_count(reader.sql.number(sql, &[text(cluster)])?.unwrap_or(0)))
}

/// Says anew what the role is for. Gateways do not know it.
///
/// # Errors
/// `NotFound` if there is no such role.
pub fn describe(
    work: &mut Work<'_>,
    id: ClusterRoleId,
    description: &Description,
) -> Result<ClusterRole, Error> {
    let sql = "UPDATE cluster_roles SET description = $2 WHERE id = $1";
    work.execute(sql, &[text(id), text(description)])?;
    find(work, id)?.ok_or_else(|| Error::not_found("cluster role", id))
}

/// Drops a role with its grants, and takes it from whoever has it. `None` if there is no such role.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: ClusterRoleId) -> Result<Option<ClusterRole>, Error> {
    let Some(role) = find(work, id)? else {
        return Ok(None);
    };
    audit::remember(work, Resource::Cluster(role.cluster), Resource::ClusterRole(id))?;
    work.execute("DELETE FROM cluster_roles WHERE id = $1", &[text(id)])?;
    publish(work, id)?;
    Ok(Some(role))
}

/// Drops every role of a cluster and every group, as a part of removing the cluster.
pub(crate) fn forget_cluster(work: &mut Work<'_>, cluster: ClusterId) -> Result<(), Error> {
    let sql = "SELECT id FROM cluster_roles WHERE cluster_id = $1 ORDER BY id";
    let roles: Vec<ClusterRoleId> = work.sql.all(sql, &[text(cluster)], |row| row.parsed(0))?;
    work.execute("DELETE FROM cluster_roles WHERE cluster_id = $1", &[text(cluster)])?;
    roles.into_iter().try_for_each(|id| publish(work, id))?;
    privilege_groups::forget_cluster(work, cluster)
}

/// What is granted to the role, by target.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn grants(reader: &Reader<'_>, id: ClusterRoleId) -> Result<Vec<GrantRecord>, Error> {
    let sql = "SELECT kind, what, database_name, collection_name, grantor FROM cluster_grants \
               WHERE role_id = $1";
    let mut grants = reader.sql.all(sql, &[text(id)], |row| {
        let grant = Grant { what: read_granted(row, 0)?, target: read_target(row, 2)? };
        Ok(GrantRecord { grant, grantor: row.text(4)?.to_owned() })
    })?;
    let key = |record: &GrantRecord| (record.grant.target.clone(), record.grant.what.clone());
    grants.sort_by_key(key);
    Ok(grants)
}

/// Grants something to the role. Whether it did not have exactly this grant.
///
/// # Errors
/// `NotFound` if there is no such role.
pub fn add_grant(
    work: &mut Work<'_>,
    id: ClusterRoleId,
    grant: &Grant,
    grantor: &str,
) -> Result<bool, Error> {
    let mut values = values_of(id, grant);
    values.push(grantor.into());
    let sql = "INSERT INTO cluster_grants \
               (role_id, kind, what, database_name, collection_name, grantor) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let added =
        work.execute(sql, &values).map_err(|failure| failure.missing("cluster role", id))?;
    if added > 0 {
        publish(work, id)?;
    }
    Ok(added > 0)
}

/// Takes a grant back. Whether the role had exactly this one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn remove_grant(work: &mut Work<'_>, id: ClusterRoleId, grant: &Grant) -> Result<bool, Error> {
    let sql = "DELETE FROM cluster_grants WHERE role_id = $1 AND kind = $2 AND what = $3 \
               AND database_name = $4 AND collection_name = $5";
    let removed = work.execute(sql, &values_of(id, grant))?;
    if removed > 0 {
        publish(work, id)?;
    }
    Ok(removed > 0)
}

/// Each grant of the group to a role of the cluster.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn grants_of_group(
    reader: &Reader<'_>,
    cluster: ClusterId,
    group: &PrivilegeGroupName,
) -> Result<Vec<(ClusterRole, GrantTarget)>, Error> {
    let sql = "SELECT r.id, r.cluster_id, r.name, r.description, r.created_at, \
               g.database_name, g.collection_name FROM cluster_grants g \
               JOIN cluster_roles r ON r.id = g.role_id \
               WHERE g.kind = 'group' AND g.what = $2 AND r.cluster_id = $1 ORDER BY r.id";
    let values = [text(cluster), text(group)];
    reader.sql.all(sql, &values, |row| Ok((from_row(row)?, read_target(row, 5)?)))
}

pub(crate) fn publish(work: &mut Work<'_>, id: ClusterRoleId) -> Result<(), Error> {
    changes::log(work, Noun::ClusterRole, &id.to_string())
}

fn values_of(id: ClusterRoleId, grant: &Grant) -> Vec<Value> {
    let Grant { what, target } = grant;
    let (kind, what) = match what {
        Granted::Privilege(privilege) => ("privilege", privilege.as_str()),
        Granted::BuiltInGroup(group) => ("built-in", group.as_str()),
        Granted::Group(name) => ("group", name.as_str()),
        Granted::All(level) => ("all", level.as_str()),
    };
    vec![
        text(id),
        kind.into(),
        what.into(),
        target.database.as_str().into(),
        target.collection.as_str().into(),
    ]
}

/// Reads `kind` and `what`, the kind in this column.
pub(crate) fn read_granted(row: &Row<'_>, kind: usize) -> Result<Granted, Error> {
    let what = kind + 1;
    match row.text(kind)? {
        "privilege" => {
            row.read(what, |name| Privilege::from_text(name).ok_or(())).map(Granted::Privilege)
        }
        "built-in" => row
            .read(what, |name| BuiltInGroup::from_name(name).ok_or(()))
            .map(Granted::BuiltInGroup),
        "group" => row.read(what, PrivilegeGroupName::new).map(Granted::Group),
        _ => row
            .read(what, |name| {
                Level::ALL.iter().copied().find(|level| level.as_str() == name).ok_or(())
            })
            .map(Granted::All),
    }
}

/// Reads `database_name` and `collection_name`, the database in this column.
pub(crate) fn read_target(row: &Row<'_>, database: usize) -> Result<GrantTarget, Error> {
    Ok(GrantTarget {
        database: row.read(database, NameChoice::new)?,
        collection: row.read(database + 1, NameChoice::new)?,
    })
}
