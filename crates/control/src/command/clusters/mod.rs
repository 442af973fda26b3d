//! Clusters: attached, made, seen, changed, suspended, detached.

mod attach;
mod create;
mod detach;
mod explain;
mod list;
mod set_port;
mod show;
mod suspend;
mod update;

pub use attach::{AttachCluster, attach};
pub use create::{CreateCluster, create};
pub use detach::{Data, detach};
pub use explain::{Explain, Explained, explain};
pub use list::{ListClusters, list};
pub use set_port::{PortChoice, set_port};
pub use show::show;
pub use suspend::{resume, suspend};
pub use update::{UpdateCluster, update};

use crate::caller::Caller;
use crate::command::cluster_users::{self, DbAdmin};
use crate::command::decision::decide;
use crate::command::projects;
use crate::desk::Refusal;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{
    Action, AuditEvent, ClusterId, Error, ErrorKind, Permit, ProjectId, Resource, Snapshot,
};
use std::collections::BTreeSet;
use store::clusters::{Cluster, ClusterUpdate, NewCluster};
use store::projects::Project;
use store::{Reader, Work, clusters};

/// How many clusters a project may have, so that the list of them is bounded.
pub const MOST_CLUSTERS: u64 = 1000;

/// How a cluster is, for the audit trail.
fn snapshot(cluster: &Cluster) -> Snapshot {
    Snapshot::none()
        .with("name", &cluster.name)
        .with("description", &cluster.description)
        .with("projectId", cluster.project)
        .with("engine", cluster.engine.kind().as_str())
        .with_maybe("uri", cluster.engine.uri())
        .with("signsIn", cluster.has_credential)
        .with_maybe("port", cluster.port)
        .with("service", cluster.service.as_str())
}

/// A new cluster and the user that comes with it. Its password leaves here, once.
#[derive(Clone, Debug)]
pub struct CreatedCluster {
    /// The record.
    pub cluster: Cluster,
    /// What its user signs in as.
    pub username: ClusterUserName,
    /// With which password.
    pub password: ClusterPassword,
}

/// Adds a cluster with its user, as a part of the act that the permit allows.
fn insert(
    work: &mut Work<'_>,
    caller: &Caller,
    permit: Permit,
    new: NewCluster,
    admin: DbAdmin,
    detail: String,
) -> Result<(CreatedCluster, AuditEvent), Refusal> {
    let cluster = clusters::insert(work, new)?;
    let event = AuditEvent::done(permit, detail)
        .about(Resource::Cluster(cluster.id))
        .changed(Snapshot::none(), snapshot(&cluster));
    let password = cluster_users::settle_in(work, caller, cluster.id, admin)?;
    let username = ClusterUserName::db_admin();
    Ok((CreatedCluster { cluster, username, password }, event))
}

/// Loads a cluster and decides one act on it.
pub(in crate::command) fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    id: ClusterId,
    action: Action,
) -> Result<(Cluster, Permit), Refusal> {
    let none = || Error::not_found("cluster", id);
    let cluster = clusters::find(reader, id)?.ok_or_else(none)?;
    let project = store::projects::find(reader, cluster.project)?.ok_or_else(none)?;
    let place = projects::place(&project);
    let permit = decide(reader, caller, place, action, Resource::Cluster(id))?;
    Ok((cluster, permit))
}

/// Replaces the changeable part of a cluster that is there.
fn replaced(work: &mut Work<'_>, id: ClusterId, change: &ClusterUpdate) -> Result<Cluster, Error> {
    clusters::update(work, id, change)?.ok_or_else(|| Error::not_found("cluster", id))
}

/// The gateway port of a new cluster: what was asked for, else what `own_port` chooses for a
/// cluster that clients would not tell from the others of the project. The first one needs none.
fn port_of_new(
    work: &Work<'_>,
    project: &Project,
    asked: Option<u16>,
    own_port: impl FnOnce(&BTreeSet<u16>) -> Result<Option<u16>, Error>,
) -> Result<Option<u16>, Error> {
    if asked.is_some() || project.clusters == 0 {
        return Ok(asked);
    }
    own_port(&clusters::ports(work)?)
}

/// Decides that a cluster may be added to the project, and that there is room for it.
fn permitted_addition(
    work: &Work<'_>,
    caller: &Caller,
    project: ProjectId,
) -> Result<(Project, Permit), Refusal> {
    let (project, permit) = projects::permitted(work, caller, project, Action::CreateCluster)?;
    if project.clusters >= MOST_CLUSTERS {
        let message =
            format!("a project may have {MOST_CLUSTERS} clusters, and this one has them all");
        return Err(Error::new(ErrorKind::LimitReached, message).into());
    }
    Ok((project, permit))
}
