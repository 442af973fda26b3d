//! Giving a cluster a gateway port of its own, or taking it away.

use super::snapshot;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, ClusterId, Error};
use std::collections::BTreeSet;
use store::clusters::{Cluster, ClusterUpdate};
use store::{Committed, clusters};

/// Which gateway port a cluster is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortChoice {
    /// This one.
    Own(u16),
    /// A free one.
    Free,
    /// None: clients use the cluster's host name, or the gateway's port where that is enough.
    None,
}

/// Gives a cluster a gateway port of its own, or takes it away; calls in flight on the old port
/// are not cut, because the cluster is still theirs to use.
///
/// `own_port` chooses a free one, given those that are taken; see
/// [`ClusterWatch::own_port`](crate::ClusterWatch::own_port).
///
/// # Errors
/// `Conflict` if the port is taken or none is free; `NotFound` if there is no such cluster; what
/// the policy refuses.
pub fn set_port(
    desk: &Desk,
    caller: &Caller,
    id: ClusterId,
    choice: PortChoice,
    own_port: impl FnOnce(&BTreeSet<u16>) -> Result<Option<u16>, Error>,
) -> Result<Committed<Cluster>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateCluster)?;
        let port = match choice {
            PortChoice::Own(port) => Some(port),
            PortChoice::Free => Some(own_port(&clusters::ports(work)?)?.ok_or_else(|| {
                let message = "every cluster has a host name here, so none is chosen: name a port";
                Error::invalid(message).in_field("port")
            })?),
            PortChoice::None => None,
        };
        let after = super::replaced(work, id, &ClusterUpdate { port, ..before.unchanged() })?;
        let detail = match port {
            Some(port) => format!("cluster \"{}\" has gateway port {port}", after.name),
            None => format!("cluster \"{}\" has no gateway port of its own", after.name),
        };
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
