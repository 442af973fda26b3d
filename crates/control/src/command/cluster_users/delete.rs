//! Dropping a user of a cluster.

use super::{named, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_user::ClusterUserName;
use model::{Action, AuditEvent, ClusterId, Error, Resource, Snapshot};
use store::Committed;
use store::cluster_users::{self, ClusterUser};

/// Drops a user and answers with what it was. Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if there is no such user; `Conflict` for the one that comes with the cluster; what
/// the policy refuses.
pub fn delete(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &ClusterUserName,
) -> Result<Committed<ClusterUser>, Error> {
    desk.act(caller, |work| {
        let action = Action::DeleteClusterUser;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        if name.is_db_admin() {
            let message = "db_admin comes with the cluster and cannot be dropped";
            return Err(Error::conflict(message).in_field("username").into());
        }
        let user = named(work, cluster, name)?;
        cluster_users::delete(work, user.id)?;
        let event = AuditEvent::done(permit, format!("dropped user \"{name}\""))
            .about(Resource::ClusterUser(user.id))
            .changed(snapshot(&user), Snapshot::none());
        Ok((user, event))
    })
}
