//! Suspending a cluster and resuming it.

use super::snapshot;
use crate::caller::Caller;
use crate::desk::Desk;
use model::cluster::Service;
use model::{Action, AuditEvent, ClusterId, Error};
use store::Committed;
use store::clusters::{Cluster, ClusterUpdate};

/// Stops serving a cluster: gateways refuse its calls, and an engine that Keyward runs is stopped.
/// Data, keys and settings stay. Wait for the fence before you tell anybody.
///
/// # Errors
/// `Conflict` if it is suspended already; `NotFound` if there is no such cluster; what the policy
/// refuses.
pub fn suspend(desk: &Desk, caller: &Caller, id: ClusterId) -> Result<Committed<Cluster>, Error> {
    switch(desk, caller, id, Service::Suspended)
}

/// Serves a suspended cluster again.
///
/// # Errors
/// `Conflict` if it is not suspended; `NotFound` if there is no such cluster; what the policy
/// refuses.
pub fn resume(desk: &Desk, caller: &Caller, id: ClusterId) -> Result<Committed<Cluster>, Error> {
    switch(desk, caller, id, Service::Open)
}

fn switch(
    desk: &Desk,
    caller: &Caller,
    id: ClusterId,
    service: Service,
) -> Result<Committed<Cluster>, Error> {
    let (action, verb, already) = match service {
        Service::Suspended => (Action::SuspendCluster, "suspended", "is suspended already"),
        Service::Open => (Action::ResumeCluster, "resumed", "is not suspended"),
    };
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, action)?;
        if before.service == service {
            let message = format!("cluster {} {already}", before.name);
            return Err(Error::conflict(message).in_field("status").into());
        }
        let after = super::replaced(work, id, &ClusterUpdate { service, ..before.unchanged() })?;
        let event = AuditEvent::done(permit, format!("{verb} cluster \"{}\"", after.name))
            .changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
