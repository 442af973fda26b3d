//! Dropping a privilege group.

use super::{named, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::grant::PrivilegeGroupName;
use model::{Action, AuditEvent, ClusterId, Error, Snapshot};
use store::Committed;
use store::privilege_groups::{self, PrivilegeGroup};

/// Drops a group that is granted to no role, and answers with what it was.
///
/// # Errors
/// `NotFound` if there is no such group; `Conflict` while a role has it; what the policy refuses.
pub fn delete(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<Committed<PrivilegeGroup>, Error> {
    desk.act(caller, |work| {
        let action = Action::DeletePrivilegeGroup;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        let group = named(work, cluster, name)?;
        privilege_groups::delete(work, cluster, name)?;
        let event = AuditEvent::done(permit, format!("dropped privilege group \"{name}\""))
            .changed(snapshot(&group), Snapshot::none());
        Ok((group, event))
    })
}
