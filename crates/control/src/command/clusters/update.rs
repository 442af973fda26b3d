//! Changing what people call a cluster and what they say of it.

use super::snapshot;
use crate::caller::Caller;
use crate::command::revision;
use crate::desk::Desk;
use model::name::{ClusterName, Description};
use model::{Action, AuditEvent, ClusterId, Error, Revision};
use store::Committed;
use store::clusters::{Cluster, ClusterUpdate};

/// What is to change; what is `None` stays.
#[derive(Clone, Debug)]
pub struct UpdateCluster {
    /// Its new name, unique in the project.
    pub name: Option<ClusterName>,
    /// What it is for.
    pub description: Option<Description>,
    /// What the caller saw last; the cluster is changed only if it is still that.
    pub expected: Option<Revision>,
}

/// Renames a cluster, or says anew what it is for. Its id and where clients connect stay.
///
/// # Errors
/// `Invalid` if nothing is to change; `Conflict` if the name is taken, or the cluster has changed
/// since the expected revision; `NotFound` if there is no such cluster; what the policy refuses.
pub fn update(
    desk: &Desk,
    caller: &Caller,
    id: ClusterId,
    request: UpdateCluster,
) -> Result<Committed<Cluster>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateCluster)?;
        revision::check("cluster", before.revision, request.expected)?;
        if request.name.is_none() && request.description.is_none() {
            let message = "say what is to change: clusterName, description or both";
            return Err(Error::invalid(message).into());
        }
        let kept = before.unchanged();
        let change = ClusterUpdate {
            name: request.name.unwrap_or(kept.name),
            description: request.description.unwrap_or(kept.description),
            ..before.unchanged()
        };
        let after = super::replaced(work, id, &change)?;
        let detail = if before.name == after.name {
            format!("description of cluster \"{}\"", after.name)
        } else {
            format!("renamed cluster \"{}\" to \"{}\"", before.name, after.name)
        };
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
