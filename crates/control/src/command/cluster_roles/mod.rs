//! Roles of clusters: made, seen, described, granted to, dropped.
//!
//! Built-in roles are seen like others and never changed.

mod create;
mod delete;
mod describe;
mod grant;
mod list;
mod show;

pub use create::{CreateClusterRole, create};
pub use delete::{DeleteClusterRole, delete};
pub use describe::describe;
pub(in crate::command) use grant::check as check_grant;
pub use grant::{ChangeGrant, grant, revoke};
pub use list::list;
pub use show::show;

use model::cluster_role::{BuiltInRole, ClusterRoleName, RoleName, RoleRef};
use model::cluster_user::ClusterUserName;
use model::grant::{Grant, GrantTarget, Granted, Level};
use model::{ClusterId, Error, ErrorKind, OnCluster, Snapshot, Timestamp};
use store::cluster_roles::{self, ClusterRole, GrantRecord};
use store::{Reader, cluster_users};

/// How many roles of its own a cluster may have: as many as the managed cloud allows.
pub const MOST_ROLES: u64 = 20;
/// How much may be granted to one role, so that deciding a call stays as fast as it is measured.
pub const MOST_GRANTS: usize = 1000;

/// A role of either kind, who has it, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDetail {
    /// What people call it.
    pub name: RoleName,
    /// What it is for.
    pub description: String,
    /// When it was made, if it is not built in.
    pub created_at: Option<Timestamp>,
    /// The users who have it, by name.
    pub users: Vec<ClusterUserName>,
    /// What is granted to it, by target. Of a built-in role, what it comes to.
    pub grants: Vec<GrantRecord>,
}

/// Everything about a role that people made.
fn detail(reader: &Reader<'_>, role: &ClusterRole) -> Result<RoleDetail, Error> {
    Ok(RoleDetail {
        name: RoleName::Custom(role.name.clone()),
        description: role.description.to_string(),
        created_at: Some(role.created_at),
        users: users(reader, role.cluster, RoleRef::Custom(role.id))?,
        grants: cluster_roles::grants(reader, role.id)?,
    })
}

/// Everything about a built-in role.
fn detail_built_in(
    reader: &Reader<'_>,
    cluster: ClusterId,
    role: BuiltInRole,
) -> Result<RoleDetail, Error> {
    let what: Vec<Granted> = if role == BuiltInRole::Admin {
        Level::ALL.iter().copied().map(Granted::All).collect()
    } else {
        role.privileges().iter().map(Granted::Privilege).collect()
    };
    let record = |what| GrantRecord {
        grant: Grant { what, target: GrantTarget::EVERYTHING },
        grantor: "keyward".to_owned(),
    };
    Ok(RoleDetail {
        name: RoleName::BuiltIn(role),
        description: role.description().to_owned(),
        created_at: None,
        users: users(reader, cluster, RoleRef::BuiltIn(role))?,
        grants: what.into_iter().map(record).collect(),
    })
}

fn users(
    reader: &Reader<'_>,
    cluster: ClusterId,
    role: RoleRef,
) -> Result<Vec<ClusterUserName>, Error> {
    let users = cluster_users::with_role(reader, cluster, role)?;
    Ok(users.into_iter().map(|(_, name)| name).collect())
}

/// How a role is, for the audit trail.
fn snapshot(role: &ClusterRole, grants: &[GrantRecord]) -> Snapshot {
    Snapshot::none()
        .with("roleName", &role.name)
        .with("clusterId", role.cluster)
        .with("description", &role.description)
        .with_all("grants", grants.iter().map(|record| &record.grant))
}

/// The role that people made, for a caller who may know that there is none.
fn named(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &ClusterRoleName,
) -> Result<ClusterRole, Error> {
    let found = cluster_roles::find_by_name(reader, cluster, name)?;
    found.ok_or_else(|| none(name))
}

pub(super) fn none(name: &ClusterRoleName) -> Error {
    Error::new(ErrorKind::NotFound, format!("the cluster has no role named {name}"))
        .about(OnCluster::Role(name.to_string()))
}

/// The role that is to be changed: built-in ones are not.
fn changeable(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &RoleName,
) -> Result<ClusterRole, Error> {
    match name {
        RoleName::Custom(name) => named(reader, cluster, name),
        RoleName::BuiltIn(role) => Err(Error::conflict(format!(
            "{role} is built in: it cannot be changed or dropped; make a role of your own"
        ))
        .in_field("roleName")),
    }
}
