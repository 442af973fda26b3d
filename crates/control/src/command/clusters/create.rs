//! Making a cluster on a Milvus Lite that Keyward runs.

use super::{permitted_addition, port_of_new, snapshot};
use crate::caller::Caller;
use crate::desk::Desk;
use model::name::{ClusterName, Description};
use model::{AuditEvent, ClusterId, Error, ProjectId, Resource, Snapshot};
use std::collections::BTreeSet;
use store::clusters::{Cluster, ClusterEngine, NewCluster};
use store::{Committed, clusters};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreateCluster {
    /// The project it is for.
    pub project: ProjectId,
    /// Its name, unique in the project.
    pub name: ClusterName,
    /// What it is for.
    pub description: Description,
    /// A gateway port of its own; chosen where it is needed and none is given.
    pub port: Option<u16>,
}

/// Makes a cluster on Milvus Lite. It answers once whoever runs the engines has started it.
///
/// `own_port` chooses a gateway port, given those that are taken; see
/// [`ClusterWatch::own_port`](crate::ClusterWatch::own_port).
///
/// # Errors
/// `Conflict` if name or port is taken; `LimitReached` if the project is full; what the policy
/// refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateCluster,
    own_port: impl FnOnce(&BTreeSet<u16>) -> Result<Option<u16>, Error>,
) -> Result<Committed<Cluster>, Error> {
    desk.act(caller, |work| {
        let (project, permit) = permitted_addition(work, caller, request.project)?;
        let port = port_of_new(work, &project, request.port, own_port)?;
        let detail = format!("made cluster \"{}\" on Milvus Lite", request.name);
        let new = NewCluster {
            id: ClusterId::generate(work.entropy()),
            project: project.id,
            name: request.name,
            description: request.description,
            engine: ClusterEngine::Lite,
            credential: None,
            port,
        };
        let cluster = clusters::insert(work, new)?;
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Cluster(cluster.id))
            .changed(Snapshot::none(), snapshot(&cluster));
        Ok((cluster, event))
    })
}
