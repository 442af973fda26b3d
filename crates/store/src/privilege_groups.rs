//! Groups of privileges that people made on clusters.
//!
//! A change of a group changes every role that it is granted to, and is published as such. Whoever
//! adds groups bounds how many there are.

use crate::cluster_roles;
use crate::sql::{text, to_count};
use crate::work::{Reader, Work};
use model::grant::PrivilegeGroupName;
use model::privilege::{Privilege, PrivilegeSet};
use model::{ClusterId, Error, OnCluster, Timestamp};

/// A group that people made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivilegeGroup {
    /// The cluster.
    pub cluster: ClusterId,
    /// What people call it; unique on the cluster.
    pub name: PrivilegeGroupName,
    /// What it holds.
    pub privileges: PrivilegeSet,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Adds a group that holds nothing.
///
/// # Errors
/// `Conflict` if the name is taken on the cluster; `NotFound` if there is no such cluster.
pub fn insert(
    work: &mut Work<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<PrivilegeGroup, Error> {
    let created_at = work.now();
    let sql = "INSERT INTO cluster_privilege_groups (cluster_id, name, created_at) \
               VALUES ($1, $2, $3)";
    work.execute(sql, &[text(cluster), text(name), created_at.into()])
        .map_err(|failure| failure.missing("cluster", cluster))
        .map_err(|failure| {
            failure.taken(|_| {
                let message = format!("the cluster has a privilege group named {name} already");
                Error::conflict(message).in_field("groupName")
            })
        })?;
    Ok(PrivilegeGroup { cluster, name: name.clone(), privileges: PrivilegeSet::EMPTY, created_at })
}

/// The group of the cluster with this name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<Option<PrivilegeGroup>, Error> {
    let sql = "SELECT created_at FROM cluster_privilege_groups WHERE cluster_id = $1 AND name = $2";
    let found = reader.sql.first(sql, &[text(cluster), text(name)], |row| row.moment(0))?;
    let Some(created_at) = found else {
        return Ok(None);
    };
    let privileges = privileges(reader, cluster, name)?;
    Ok(Some(PrivilegeGroup { cluster, name: name.clone(), privileges, created_at }))
}

fn privileges(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<PrivilegeSet, Error> {
    let sql = "SELECT privilege FROM cluster_group_privileges \
               WHERE cluster_id = $1 AND group_name = $2";
    let all = reader.sql.all(sql, &[text(cluster), text(name)], |row| {
        row.read(0, |name| Privilege::from_text(name).ok_or(()))
    })?;
    Ok(all.into_iter().collect())
}

/// The groups that people made on a cluster, by name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, cluster: ClusterId) -> Result<Vec<PrivilegeGroup>, Error> {
    let sql = "SELECT name FROM cluster_privilege_groups WHERE cluster_id = $1";
    let mut names =
        reader.sql.all(sql, &[text(cluster)], |row| row.read(0, PrivilegeGroupName::new))?;
    names.sort();
    let mut groups = Vec::with_capacity(names.len());
    for name in names {
        groups.extend(find(reader, cluster, &name)?);
    }
    Ok(groups)
}

/// How many groups people made on the cluster.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn count(reader: &Reader<'_>, cluster: ClusterId) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM cluster_privilege_groups WHERE cluster_id = $1";
    Ok(to_count(reader.sql.number(sql, &[text(cluster)])?.unwrap_or(0)))
}

/// Replaces what the group holds, and publishes every role that it is granted to.
///
/// # Errors
/// `NotFound` if there is no such group.
pub fn set(
    work: &mut Work<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
    privileges: PrivilegeSet,
) -> Result<(), Error> {
    let sql = "DELETE FROM cluster_group_privileges WHERE cluster_id = $1 AND group_name = $2";
    work.execute(sql, &[text(cluster), text(name)])?;
    let sql = "INSERT INTO cluster_group_privileges (cluster_id, group_name, privilege) \
               VALUES ($1, $2, $3)";
    for privilege in privileges.iter() {
        work.execute(sql, &[text(cluster), text(name), privilege.as_str().into()])
            .map_err(|failure| failure.missing("privilege group", name))?;
    }
    let mut roles: Vec<_> = cluster_roles::grants_of_group(work, cluster, name)?
        .into_iter()
        .map(|(role, _)| role.id)
        .collect();
    roles.dedup();
    roles.into_iter().try_for_each(|role| cluster_roles::publish(work, role))
}

/// Drops a group that is granted to nobody. `None` if there is no such group.
///
/// # Errors
/// `Conflict` while a role has it.
pub fn delete(
    work: &mut Work<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<Option<PrivilegeGroup>, Error> {
    let Some(group) = find(work, cluster, name)? else {
        return Ok(None);
    };
    if let Some((role, _)) = cluster_roles::grants_of_group(work, cluster, name)?.first() {
        let message = format!(
            "privilege group {name} is granted to role {}: take it back there first",
            role.name
        );
        let holder = OnCluster::Role(role.name.to_string());
        return Err(Error::conflict(message).in_field("groupName").about(holder));
    }
    let sql = "DELETE FROM cluster_privilege_groups WHERE cluster_id = $1 AND name = $2";
    work.execute(sql, &[text(cluster), text(name)])?;
    Ok(Some(group))
}

/// Drops every group of a cluster, as a part of removing the cluster.
pub(crate) fn forget_cluster(work: &mut Work<'_>, cluster: ClusterId) -> Result<(), Error> {
    work.execute("DELETE FROM cluster_privilege_groups WHERE cluster_id = $1", &[text(cluster)])?;
    Ok(())
}
