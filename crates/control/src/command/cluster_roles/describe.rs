//! Saying anew what a role of a cluster is for.

use super::{changeable, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::RoleName;
use model::name::Description;
use model::{Action, AuditEvent, ClusterId, Error, Resource};
use store::Committed;
use store::cluster_roles::{self, ClusterRole};

/// Changes the description of a role.
///
/// # Errors
/// `NotFound` if there is no such role; `Conflict` if it is built in; what the policy refuses.
pub fn describe(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &RoleName,
    description: &Description,
) -> Result<Committed<ClusterRole>, Error> {
    desk.act(caller, |work| {
        let action = Action::UpdateClusterRole;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        let before = changeable(work, cluster, name)?;
        let after = cluster_roles::describe(work, before.id, description)?;
        let event = AuditEvent::done(permit, format!("described role \"{name}\""))
            .about(Resource::ClusterRole(before.id))
            .changed(snapshot(&before, &[]), snapshot(&after, &[]));
        Ok((after, event))
    })
}
