//! `POST /v2/clusters/{id}/suspend` and `POST /v2/clusters/{id}/resume`

use super::{CLUSTER_ID, ClusterBody};
use crate::command::clusters;
use crate::describe::Operation;
use crate::fence::Receipt;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::clusters::Cluster;

/// The cluster, what that means, and since when every gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SwitchedCluster")]
pub(crate) struct Switched {
    #[serde(flatten)]
    cluster: ClusterBody,
    prompt: &'static str,
    revocation: ReceiptBody,
}

/// [`suspend`]
pub(crate) const SUSPEND: Operation = Operation::new("suspendCluster", "Stop serving a cluster")
    .about(
        "When the answer arrives, no gateway admits a call to the cluster and none is still \
         served. A Milvus Lite of Keyward's is stopped. Data, keys and settings stay.",
    )
    .may("owners of the project and of the organization")
    .path(&[CLUSTER_ID])
    .answers::<Switched>()
    .refuses(&[403, 404, 409])
    .fenced();

/// [`resume`]
pub(crate) const RESUME: Operation =
    Operation::new("resumeCluster", "Serve a suspended cluster again")
        .about("A Milvus Lite of Keyward's is started; the status says when it answers.")
        .may("owners of the project and of the organization")
        .path(&[CLUSTER_ID])
        .answers::<Switched>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Stops serving a cluster.
pub(crate) async fn suspend(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
) -> Result<Answer<Switched>, Problem> {
    let (cluster, receipt) = app
        .change(move |desk| clusters::suspend(desk, &caller, id))
        .await
        .map_err(Problem::about_cluster)?;
    let prompt = "The cluster is suspended: its calls are refused until it is resumed.";
    Ok(answer(&app, &cluster, prompt, &receipt))
}

/// Serves it again.
pub(crate) async fn resume(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
) -> Result<Answer<Switched>, Problem> {
    let (cluster, receipt) = app
        .change(move |desk| clusters::resume(desk, &caller, id))
        .await
        .map_err(Problem::about_cluster)?;
    let prompt = "The cluster is resumed: it takes calls once its status is RUNNING.";
    Ok(answer(&app, &cluster, prompt, &receipt))
}

fn answer(
    app: &App,
    cluster: &Cluster,
    prompt: &'static str,
    receipt: &Receipt,
) -> Answer<Switched> {
    let switched = Switched {
        cluster: ClusterBody::of(cluster, app.clusters()),
        prompt,
        revocation: ReceiptBody::from(receipt),
    };
    Answer::changed(switched, receipt)
}
