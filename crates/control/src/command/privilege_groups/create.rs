//! Making a privilege group on a cluster.

use super::{MOST_GROUPS, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::grant::PrivilegeGroupName;
use model::{Action, AuditEvent, ClusterId, Error, ErrorKind, Snapshot};
use store::Committed;
use store::privilege_groups::{self, PrivilegeGroup};

/// Makes a group that holds nothing yet.
///
/// # Errors
/// `Conflict` if the name is taken; `LimitReached` if the cluster has as many groups as it may
/// have; what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<Committed<PrivilegeGroup>, Error> {
    desk.act(caller, |work| {
        let action = Action::CreatePrivilegeGroup;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        if privilege_groups::count(work, cluster)? >= MOST_GROUPS {
            let message = format!("a cluster may have {MOST_GROUPS} groups: drop one first");
            return Err(Error::new(ErrorKind::LimitReached, message).into());
        }
        let group = privilege_groups::insert(work, cluster, name)?;
        let event = AuditEvent::done(permit, format!("made privilege group \"{name}\""))
            .changed(Snapshot::none(), snapshot(&group));
        Ok((group, event))
    })
}
