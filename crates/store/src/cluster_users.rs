//! Users of clusters: who signs in to a data path with a password, and which roles they have.
//!
//! A verifier leaves through [`verifier`] and the change feed, and nowhere else. Whoever adds users
//! bounds how many there are.

use crate::changes::{self, Noun};
use crate::connection::Row;
use crate::sql::{Value, text, to_count};
use crate::work::{Reader, Work};
use crate::{access, audit, cluster_roles};
use model::cluster_role::{BuiltInRole, ClusterRoleName, RoleName, RoleRef};
use model::cluster_user::{ClusterUserName, PasswordVerifier};
use model::policy::Resource;
use model::privilege::PrivilegeSet;
use model::{ClusterId, ClusterUserId, Error, SecretText, Timestamp};

/// A user of a cluster, without what verifies the password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterUser {
    /// The user.
    pub id: ClusterUserId,
    /// The cluster.
    pub cluster: ClusterId,
    /// What the user signs in as; unique on the cluster.
    pub name: ClusterUserName,
    /// What the user may do: built-in roles first, then by name.
    pub roles: Vec<RoleName>,
    /// When the user was made.
    pub created_at: Timestamp,
    /// When the password was set.
    pub password_set_at: Timestamp,
}

/// A user to be kept.
#[derive(Clone, Debug)]
pub struct NewClusterUser {
    /// The cluster.
    pub cluster: ClusterId,
    /// What the user signs in as.
    pub name: ClusterUserName,
    /// What verifies the password.
    pub verifier: PasswordVerifier,
}

const COLUMNS: &str = "SELECT id, cluster_id, name, created_at, password_set_at FROM cluster_users";

fn from_row(reader: &Reader<'_>, row: &Row<'_>) -> Result<ClusterUser, Error> {
    let id = row.parsed(0)?;
    Ok(ClusterUser {
        id,
        cluster: row.parsed(1)?,
        name: row.read(2, ClusterUserName::new)?,
        roles: roles(reader, id)?,
        created_at: row.moment(3)?,
        password_set_at: row.moment(4)?,
    })
}

fn roles(reader: &Reader<'_>, id: ClusterUserId) -> Result<Vec<RoleName>, Error> {
    let sql = "SELECT u.built_in, r.name FROM cluster_user_roles u \
               LEFT JOIN cluster_roles r ON r.id = u.role_id WHERE u.user_id = $1";
    let mut roles = reader.sql.all(sql, &[text(id)], |row| match row.maybe_text(0)? {
        Some(_) => Ok(RoleName::BuiltIn(row.read(0, built_in)?)),
        None => Ok(RoleName::Custom(row.read(1, ClusterRoleName::new)?)),
    })?;
    roles.sort();
    Ok(roles)
}

pub(crate) fn built_in(text: &str) -> Result<BuiltInRole, ()> {
    BuiltInRole::ALL.iter().copied().find(|role| role.as_str() == text).ok_or(())
}

/// Adds a user without a role.
///
/// # Errors
/// `Conflict` if the name is taken on the cluster; `NotFound` if there is no such cluster.
pub fn insert(work: &mut Work<'_>, new: &NewClusterUser) -> Result<ClusterUser, Error> {
    let user = ClusterUser {
        id: ClusterUserId::generate(work.entropy()),
        cluster: new.cluster,
        name: new.name.clone(),
        roles: Vec::new(),
        created_at: work.now(),
        password_set_at: work.now(),
    };
    let values = [
        text(user.id),
        text(user.cluster),
        text(&user.name),
        new.verifier.expose().into(),
        user.created_at.into(),
    ];
    let sql = "INSERT INTO cluster_users \
               (id, cluster_id, name, verifier, created_at, password_set_at) \
               VALUES ($1, $2, $3, $4, $5, $5)";
    work.execute(sql, &values)
        .map_err(|failure| failure.missing("cluster", user.cluster))
        .map_err(|failure| {
            failure.taken(|_| {
                let message = format!("the cluster has a user named {} already", user.name);
                Error::conflict(message).in_field("username")
            })
        })?;
    publish(work, user.id)?;
    Ok(user)
}

/// The user with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: ClusterUserId) -> Result<Option<ClusterUser>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    reader.sql.first(&sql, &[text(id)], |row| from_row(reader, row))
}

/// The user of the cluster with this name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_name(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &ClusterUserName,
) -> Result<Option<ClusterUser>, Error> {
    let sql = format!("{COLUMNS} WHERE cluster_id = $1 AND name = $2");
    reader.sql.first(&sql, &[text(cluster), text(name)], |row| from_row(reader, row))
}

/// The users of a cluster, by name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, cluster: ClusterId) -> Result<Vec<ClusterUser>, Error> {
    let sql = format!("{COLUMNS} WHERE cluster_id = $1");
    let mut users = reader.sql.all(&sql, &[text(cluster)], |row| from_row(reader, row))?;
    users.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(users)
}

/// How many users the cluster has.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn count(reader: &Reader<'_>, cluster: ClusterId) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM cluster_users WHERE cluster_id = $1";
    Ok(to_count(reader.sql.number(sql, &[text(cluster)])?.unwrap_or(0)))
}

/// What verifies the user's password. Every caller of this is a place where it leaves.
///
/// # Errors
/// `NotFound` if there is no such user.
pub fn verifier(reader: &Reader<'_>, id: ClusterUserId) -> Result<PasswordVerifier, Error> {
    let sql = "SELECT verifier FROM cluster_users WHERE id = $1";
    let found = reader.sql.first(sql, &[text(id)], |row| read_verifier(row, 0))?;
    found.ok_or_else(|| Error::not_found("cluster user", id))
}

pub(crate) fn read_verifier(row: &Row<'_>, column: usize) -> Result<PasswordVerifier, Error> {
    row.read(column, |phc| PasswordVerifier::from_phc(SecretText::new(phc.to_owned())))
}

/// Gives the user another password.
///
/// # Errors
/// `NotFound` if there is no such user.
pub fn set_verifier(
    work: &mut Work<'_>,
    id: ClusterUserId,
    verifier: &PasswordVerifier,
) -> Result<ClusterUser, Error> {
    let sql = "UPDATE cluster_users SET verifier = $2, password_set_at = $3 WHERE id = $1";
    work.execute(sql, &[text(id), verifier.expose().into(), work.now().into()])?;
    publish(work, id)?;
    find(work, id)?.ok_or_else(|| Error::not_found("cluster user", id))
}

/// Gives the user a role. Whether the user did not have it.
///
/// # Errors
/// `NotFound` if there is no such user or role.
pub fn add_role(work: &mut Work<'_>, id: ClusterUserId, role: RoleRef) -> Result<bool, Error> {
    let sql = "INSERT INTO cluster_user_roles (user_id, role_id, built_in) VALUES ($1, $2, $3) \
               ON CONFLICT DO NOTHING";
    let [role_id, built_in] = columns(role);
    let added = work
        .execute(sql, &[text(id), role_id, built_in])
        .map_err(|failure| failure.missing("user or role", id))?;
    if added > 0 {
        publish(work, id)?;
    }
    Ok(added > 0)
}

/// Takes a role from the user. Whether the user had it.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn remove_role(work: &mut Work<'_>, id: ClusterUserId, role: RoleRef) -> Result<bool, Error> {
    let sql = match role {
        RoleRef::BuiltIn(_) => {
            "DELETE FROM cluster_user_roles WHERE user_id = $1 AND built_in = $2"
        }
        RoleRef::Custom(_) => "DELETE FROM cluster_user_roles WHERE user_id = $1 AND role_id = $2",
    };
    let removed = work.execute(sql, &[text(id), value(role)])?;
    if removed > 0 {
        publish(work, id)?;
    }
    Ok(removed > 0)
}

/// The users of the cluster who have the role, by name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn with_role(
    reader: &Reader<'_>,
    cluster: ClusterId,
    role: RoleRef,
) -> Result<Vec<(ClusterUserId, ClusterUserName)>, Error> {
    let column = match role {
        RoleRef::BuiltIn(_) => "built_in",
        RoleRef::Custom(_) => "role_id",
    };
    let sql = format!(
        "SELECT u.id, u.name FROM cluster_user_roles r JOIN cluster_users u ON u.id = r.user_id \
         WHERE u.cluster_id = $1 AND r.{column} = $2"
    );
    let mut users = reader.sql.all(&sql, &[text(cluster), value(role)], |row| {
        Ok((row.parsed(0)?, row.read(1, ClusterUserName::new)?))
    })?;
    users.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(users)
}

/// What the user holds on the whole cluster.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn rights(reader: &Reader<'_>, id: ClusterUserId) -> Result<PrivilegeSet, Error> {
    let sql = "SELECT role_id, built_in FROM cluster_user_roles WHERE user_id = $1";
    let roles = reader.sql.all(sql, &[text(id)], |row| match row.maybe_parsed(0)? {
        Some(role) => Ok(RoleRef::Custom(role)),
        None => row.read(1, built_in).map(RoleRef::BuiltIn),
    })?;
    let mut rights = PrivilegeSet::EMPTY;
    for role in roles {
        rights = rights.union(match role {
            RoleRef::BuiltIn(role) => role.privileges(),
            RoleRef::Custom(role) => access::rights(reader, role)?,
        });
    }
    Ok(rights)
}

/// Drops a user. `None` if there is no such user.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: ClusterUserId) -> Result<Option<ClusterUser>, Error> {
    let Some(user) = find(work, id)? else {
        return Ok(None);
    };
    audit::remember(work, Resource::Cluster(user.cluster), Resource::ClusterUser(id))?;
    work.execute("DELETE FROM cluster_users WHERE id = $1", &[text(id)])?;
    publish(work, id)?;
    Ok(Some(user))
}

/// Drops every user and role of a cluster and every group, as a part of removing the cluster.
pub(crate) fn forget_cluster(work: &mut Work<'_>, cluster: ClusterId) -> Result<(), Error> {
    let sql = "SELECT id FROM cluster_users WHERE cluster_id = $1 ORDER BY id";
    let users: Vec<ClusterUserId> = work.sql.all(sql, &[text(cluster)], |row| row.parsed(0))?;
    work.execute("DELETE FROM cluster_users WHERE cluster_id = $1", &[text(cluster)])?;
    users.into_iter().try_for_each(|id| publish(work, id))?;
    cluster_roles::forget_cluster(work, cluster)
}

fn publish(work: &mut Work<'_>, id: ClusterUserId) -> Result<(), Error> {
    changes::log(work, Noun::ClusterUser, &id.to_string())
}

/// The columns `role_id` and `built_in`.
fn columns(role: RoleRef) -> [Value; 2] {
    match role {
        RoleRef::BuiltIn(_) => [Value::Null, value(role)],
        RoleRef::Custom(_) => [value(role), Value::Null],
    }
}

fn value(role: RoleRef) -> Value {
    match role {
        RoleRef::BuiltIn(role) => role.as_str().into(),
        RoleRef::Custom(id) => text(id),
    }
}
