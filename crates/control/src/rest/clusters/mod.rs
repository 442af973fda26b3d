//! `/v2/clusters`, in the managed cloud's shapes.

mod attach;
mod connect;
mod create;
mod drop;
mod explain;
mod list;
mod port;
mod show;
mod suspend;
mod update;

pub(crate) use attach::{ATTACH, attach};
pub(crate) use connect::{CONNECT, connect};
pub(crate) use create::{CREATE, CREATE_DEDICATED, CREATE_FREE, CREATE_SERVERLESS, create};
pub(crate) use drop::{DROP, drop};
pub(crate) use explain::{EXPLAIN, explain};
pub(crate) use list::{LIST, list};
pub(crate) use port::{REMOVE_PORT, SET_PORT, remove_port, set_port};
pub(crate) use show::{SHOW, show};
pub(crate) use suspend::{RESUME, SUSPEND, resume, suspend};
pub(crate) use update::{MODIFY, UPDATE, update};

use crate::describe::{self, Field};
use crate::rest::answer::ReceiptBody;
use crate::watch::{ClusterState, ClusterStatus, ClusterWatch};
use model::cluster::{Service, UpstreamAddress};
use schemars::JsonSchema;
use serde::Serialize;
use store::clusters::Cluster;

/// The cluster in a path.
const CLUSTER_ID: Field =
    Field::text("id", "The cluster.").required().pattern(describe::CLUSTER_ID);

/// The only region there is: wherever Keyward runs.
pub(crate) const REGION: &str = "self-hosted";
/// What owners are told of a suspended cluster.
const SUSPENDED: &str = "an owner has suspended the cluster: resume it to use it again";

/// The cluster after a change, and since when every gateway holds it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedCluster")]
pub(crate) struct Changed {
    #[serde(flatten)]
    cluster: ClusterBody,
    revocation: ReceiptBody,
}

/// The status of a cluster that may be suspended: the record says whether it is, whatever was seen.
fn in_service(cluster: &Cluster, seen: ClusterStatus) -> ClusterStatus {
    if cluster.service == Service::Open {
        // Resumed while its engine was still being stopped: what comes next is its start.
        let state = match seen.state {
            ClusterState::Suspending => ClusterState::Initializing,
            other => other,
        };
        return ClusterStatus { state, ..seen };
    }
    let state = match seen.state {
        ClusterState::Suspending => ClusterState::Suspending,
        _ => ClusterState::Suspended,
    };
    ClusterStatus { state, message: Some(SUSPENDED.to_owned()), version: seen.version }
}

/// A cluster. What only the managed cloud has is zero or empty.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Cluster")]
pub(crate) struct ClusterBody {
    cluster_id: String,
    cluster_name: String,
    project_id: String,
    description: String,
    region_id: &'static str,
    cu_type: &'static str,
    plan: &'static str,
    status: &'static str,
    connect_address: String,
    private_link_address: &'static str,
    create_time: String,
    cu_size: u32,
    storage_size: u32,
    snapshot_number: u32,
    create_progress: u32,
    /// `lite` or `attached`.
    engine: &'static str,
    /// Where an attached Milvus is.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    /// The cluster's own gateway port.
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// What an owner should know about the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<String>,
    /// The version of its Milvus.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

impl ClusterBody {
    /// The record and what is known of the running cluster.
    fn of(cluster: &Cluster, watch: &dyn ClusterWatch) -> Self {
        Self::with(cluster, watch.status(cluster.id), watch)
    }

    /// The record and this status.
    fn with(cluster: &Cluster, seen: ClusterStatus, watch: &dyn ClusterWatch) -> Self {
        let status = in_service(cluster, seen);
        Self {
            cluster_id: cluster.id.to_string(),
            cluster_name: cluster.name.to_string(),
            project_id: cluster.project.to_string(),
            description: cluster.description.to_string(),
            region_id: REGION,
            cu_type: "",
            plan: "Enterprise",
            status: status.state.as_str(),
            connect_address: watch.endpoint(cluster.id, cluster.port),
            private_link_address: "",
            create_time: cluster.created_at.to_string(),
            cu_size: 0,
            storage_size: 0,
            snapshot_number: 0,
            create_progress: match status.state {
                ClusterState::Initializing => 0,
                _ => 100,
            },
            engine: cluster.engine.kind().as_str(),
            uri: cluster.engine.uri().map(UpstreamAddress::to_string),
            port: cluster.port,
            status_message: status.message,
            version: status.version,
        }
    }
}
