//! Detaching a cluster.

use crate::caller::Caller;
use crate::desk::Desk;
use model::cluster::Engine;
use model::{Action, AuditEvent, ClusterId, Error, Snapshot};
use store::clusters::Cluster;
use store::{Committed, clusters};

/// What becomes of a cluster's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// It stays where it is.
    Keep,
    /// It is to be deleted, by whoever runs the engine, once the cluster is gone.
    Delete,
}

/// Detaches a cluster and answers with what it was. Wait for the fence before you tell anybody, or
/// touch the data.
///
/// # Errors
/// `Invalid` if data is to be deleted that Keyward does not keep; `NotFound` if there is none, or
/// none the caller may see; what the policy refuses.
pub fn detach(
    desk: &Desk,
    caller: &Caller,
    id: ClusterId,
    data: Data,
) -> Result<Committed<Cluster>, Error> {
    desk.act(caller, |work| {
        let (cluster, permit) = super::permitted(work, caller, id, Action::DeleteCluster)?;
        if data == Data::Delete && cluster.engine.kind() != Engine::Lite {
            let message = "the data of an attached Milvus is not Keyward's to delete: leave this \
                           out, and delete it there";
            return Err(Error::invalid(message).in_field("deleteData").into());
        }
        clusters::delete(work, id)?;
        let fate = match data {
            Data::Keep => "data kept",
            Data::Delete => "data to be deleted",
        };
        let event =
            AuditEvent::done(permit, format!("detached cluster \"{}\", {fate}", cluster.name))
                .changed(super::snapshot(&cluster), Snapshot::none());
        Ok((cluster, event))
    })
}
