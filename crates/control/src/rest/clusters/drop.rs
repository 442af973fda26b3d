//! `DELETE /v2/clusters/{id}/drop`

use super::CLUSTER_ID;
use crate::command::clusters;
use crate::describe::Operation;
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

/// What was detached, and since when no gateway serves it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DroppedCluster")]
pub(crate) struct Dropped {
    cluster_id: String,
    cluster_name: String,
    project_id: String,
    prompt: &'static str,
    revocation: ReceiptBody,
}

/// [`drop`]
pub(crate) const DROP: Operation = Operation::new("dropCluster", "Detach a cluster")
    .about("Its Milvus and the data in it stay as they are. Keys that name only it open nothing.")
    .may("owners of the project and of the organization")
    .path(&[CLUSTER_ID])
    .answers::<Dropped>()
    .refuses(&[403, 404])
    .fenced();

/// Detaches a cluster.
pub(crate) async fn drop(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
) -> Result<Answer<Dropped>, Problem> {
    let (cluster, receipt) = app
        .change(move |desk| clusters::detach(desk, &caller, id))
        .await
        .map_err(Problem::about_cluster)?;
    let dropped = Dropped {
        cluster_id: cluster.id.to_string(),
        cluster_name: cluster.name.to_string(),
        project_id: cluster.project.to_string(),
        prompt: "The cluster is detached. Its Milvus and the data in it are as they were.",
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(dropped, &receipt))
}
