//! Detaching a cluster.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, ClusterId, Error, Snapshot};
use store::clusters::Cluster;
use store::{Committed, clusters};

/// Detaches a cluster and answers with what it was. Its Milvus and the data in it stay as they are.
/// Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; what the policy refuses.
pub fn detach(desk: &Desk, caller: &Caller, id: ClusterId) -> Result<Committed<Cluster>, Error> {
    desk.act(caller, |work| {
        let (cluster, permit) = super::permitted(work, caller, id, Action::DeleteCluster)?;
        clusters::delete(work, id)?;
        let event = AuditEvent::done(permit, format!("detached cluster \"{}\"", cluster.name))
            .changed(super::snapshot(&cluster), Snapshot::none());
        Ok((cluster, event))
    })
}
