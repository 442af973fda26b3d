//! Making a role on a cluster.

use super::{MOST_ROLES, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::ClusterRoleName;
use model::name::Description;
use model::{Action, AuditEvent, ClusterId, Error, ErrorKind, Resource, Snapshot};
use store::Committed;
use store::cluster_roles::{self, ClusterRole};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreateClusterRole {
    /// The cluster.
    pub cluster: ClusterId,
    /// What people call it; unique on the cluster.
    pub name: ClusterRoleName,
    /// What it is for.
    pub description: Description,
}

/// Makes a role that holds nothing yet.
///
/// # Errors
/// `Conflict` if the name is taken; `LimitReached` if the cluster has as many roles as it may have;
/// what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: &CreateClusterRole,
) -> Result<Committed<ClusterRole>, Error> {
    let CreateClusterRole { cluster, name, description } = request;
    desk.act(caller, |work| {
        let action = Action::CreateClusterRole;
        let (_, permit) = on_cluster::decide(work, caller, *cluster, action, false)?;
        if cluster_roles::count(work, *cluster)? >= MOST_ROLES {
            let message = format!("a cluster may have {MOST_ROLES} roles: drop one first");
            return Err(Error::new(ErrorKind::LimitReached, message).into());
        }
        let role = cluster_roles::insert(work, *cluster, name, description)?;
        let event = AuditEvent::done(permit, format!("made role \"{name}\""))
            .about(Resource::ClusterRole(role.id))
            .changed(Snapshot::none(), snapshot(&role, &[]));
        Ok((role, event))
    })
}
