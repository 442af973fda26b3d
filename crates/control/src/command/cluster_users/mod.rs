//! Users of clusters: made, seen, given passwords and roles, dropped.
//!
//! A plain password leaves through [`create()`], [`change_password()`] and the making of a cluster
//! only, where Keyward generated it. Passwords are hashed before the store is locked, and only for
//! callers who may have one set.

mod change_password;
mod create;
mod db_admin;
mod delete;
mod list;
mod set_role;
mod show;

pub use change_password::{ChangeClusterPassword, ChangedClusterPassword, change_password};
pub use create::{CreateClusterUser, CreatedClusterUser, create};
pub(in crate::command) use db_admin::{DbAdmin, prepare, settle_in};
pub use delete::delete;
pub use list::list;
pub use set_role::{ClusterUserRole, grant_role, revoke_role};
pub use show::show;

use crate::desk::Desk;
use crate::password;
use model::cluster_role::{RoleName, RoleRef};
use model::cluster_user::{ClusterPassword, ClusterUserName, PasswordVerifier};
use model::{ClusterId, Error, ErrorKind, OnCluster, SecretText, Snapshot};
use store::cluster_users::ClusterUser;
use store::{Reader, cluster_roles, cluster_users};

/// How many users a cluster may have: as many as Milvus and the managed cloud allow.
pub const MOST_USERS: u64 = 100;

/// How a user is, for the audit trail.
fn snapshot(user: &ClusterUser) -> Snapshot {
    Snapshot::none()
        .with("username", &user.name)
        .with("clusterId", user.cluster)
        .with("passwordSetAt", user.password_set_at)
        .with_all("roles", &user.roles)
}

/// What is kept of a password. Takes as long as hashing one.
fn hashed(desk: &Desk, password: &ClusterPassword) -> Result<PasswordVerifier, Error> {
    let hash = password::hash(password.secret(), desk.entropy())?;
    PasswordVerifier::from_phc(SecretText::new(hash))
}

/// The user with this name, for a caller who may know that there is none.
fn named(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &ClusterUserName,
) -> Result<ClusterUser, Error> {
    let found = cluster_users::find_by_name(reader, cluster, name)?;
    found.ok_or_else(|| none(name))
}

pub(in crate::command) fn none(name: &ClusterUserName) -> Error {
    Error::new(ErrorKind::NotFound, format!("the cluster has no user named {name}"))
        .about(OnCluster::User(name.to_string()))
}

/// The role with this name, of whichever kind.
pub(super) fn role(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &RoleName,
) -> Result<RoleRef, Error> {
    match name {
        RoleName::BuiltIn(role) => Ok(RoleRef::BuiltIn(*role)),
        RoleName::Custom(name) => {
            let found = cluster_roles::find_by_name(reader, cluster, name)?;
            found
                .map(|role| RoleRef::Custom(role.id))
                .ok_or_else(|| super::cluster_roles::none(name))
        }
    }
}
