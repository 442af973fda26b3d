//! Making a cluster on a Milvus Lite that Keyward runs.

use super::{CreatedCluster, insert, permitted_addition, port_of_new};
use crate::caller::Caller;
use crate::command::{cluster_users, projects};
use crate::desk::Desk;
use model::name::{ClusterName, Description};
use model::{Action, ClusterId, Error, ProjectId};
use std::collections::BTreeSet;
use store::Committed;
use store::clusters::{ClusterEngine, NewCluster};

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

/// Makes a cluster on Milvus Lite, with its user `db_admin`. Hashes one password. It answers once
/// whoever runs the engines has started it.
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
) -> Result<Committed<CreatedCluster>, Error> {
    desk.look(caller, |reader| {
        let _may = projects::permitted(reader, caller, request.project, Action::CreateCluster)?;
        Ok(())
    })?;
    let admin = cluster_users::prepare(desk)?;
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
        insert(work, caller, permit, new, admin, detail)
    })
}
