//! Dropping a role of a cluster.

use super::{changeable, detail, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::RoleName;
use model::{Action, AuditEvent, ClusterId, Error, Resource, Snapshot};
use store::Committed;
use store::cluster_roles::{self, ClusterRole};

/// What is to be dropped.
#[derive(Clone, Debug)]
pub struct DeleteClusterRole {
    /// The cluster.
    pub cluster: ClusterId,
    /// The role.
    pub name: RoleName,
    /// Take it from the users who have it. Milvus does so without being asked.
    pub from_users: bool,
    /// Take its grants back with it.
    pub with_grants: bool,
}

/// Drops a role and answers with what it was. Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if there is no such role; `Conflict` if it is built in, or while it has users or
/// grants that are not to go with it; what the policy refuses.
pub fn delete(
    desk: &Desk,
    caller: &Caller,
    request: &DeleteClusterRole,
) -> Result<Committed<ClusterRole>, Error> {
    let DeleteClusterRole { cluster, name, from_users, with_grants } = request;
    desk.act(caller, |work| {
        let action = Action::DeleteClusterRole;
        let (_, permit) = on_cluster::decide(work, caller, *cluster, action, false)?;
        let role = changeable(work, *cluster, name)?;
        let was = detail(work, &role)?;
        if !with_grants && !was.grants.is_empty() {
            let message = format!(
                "role {name} has {} grants: revoke them first, or drop it with force",
                was.grants.len()
            );
            return Err(Error::conflict(message).in_field("force").into());
        }
        if !from_users && !was.users.is_empty() {
            let message = format!(
                "{} users have role {name}: take it from them first, or drop it with force",
                was.users.len()
            );
            return Err(Error::conflict(message).in_field("force").into());
        }
        cluster_roles::delete(work, role.id)?;
        let before = snapshot(&role, &was.grants).with_all("users", &was.users);
        let event = AuditEvent::done(permit, format!("dropped role \"{name}\""))
            .about(Resource::ClusterRole(role.id))
            .changed(before, Snapshot::none());
        Ok((role, event))
    })
}
