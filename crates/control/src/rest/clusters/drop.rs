//! `DELETE /v2/clusters/{id}/drop`

use super::CLUSTER_ID;
use crate::command::clusters::{self, Data};
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use model::cluster::Engine;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::clusters::Cluster;

/// What was detached, and since when no gateway serves it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DroppedCluster")]
pub(crate) struct Dropped {
    cluster_id: String,
    cluster_name: String,
    project_id: String,
    /// Whether the cluster's data was deleted with it.
    data_deleted: bool,
    prompt: String,
    revocation: ReceiptBody,
}

/// [`drop`]
pub(crate) const DROP: Operation = Operation::new("dropCluster", "Detach a cluster")
    .about(
        "Keys that name only it open nothing. An attached Milvus and the data in it stay as they \
         are. Of a Milvus Lite the engine is stopped; its data stays in the data folder unless \
         you say otherwise.",
    )
    .may("owners of the project and of the organization")
    .path(&[CLUSTER_ID])
    .query(&[Field::bool("deleteData", "Delete the data of a Milvus Lite too, for good.")])
    .answers::<Dropped>()
    .refuses(&[403, 404])
    .fenced();

/// Detaches a cluster.
pub(crate) async fn drop(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
    mut query: Query,
) -> Result<Answer<Dropped>, Problem> {
    let data = if query.flag("deleteData")? { Data::Delete } else { Data::Keep };
    query.finish()?;
    let (cluster, receipt) = app
        .change(move |desk| clusters::detach(desk, &caller, id, data))
        .await
        .map_err(Problem::about_cluster)?;
    let (data_deleted, prompt) = fate_of_data(&app, &cluster, data).await;
    let dropped = Dropped {
        cluster_id: cluster.id.to_string(),
        cluster_name: cluster.name.to_string(),
        project_id: cluster.project.to_string(),
        data_deleted,
        prompt,
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(dropped, &receipt))
}

/// Does with the data what was asked, and says what became of it. The cluster is gone either way.
async fn fate_of_data(app: &App, cluster: &Cluster, data: Data) -> (bool, String) {
    let detached = "The cluster is detached.";
    match (cluster.engine.kind(), data) {
        (Engine::Attached, _) => {
            (false, format!("{detached} Its Milvus and the data in it are as they were."))
        }
        (Engine::Lite, Data::Keep) => {
            let place = format!("the data folder, in clusters/{}", cluster.id);
            (false, format!("{detached} Its Milvus Lite is stopped; its data stays in {place}."))
        }
        (Engine::Lite, Data::Delete) => match app.clusters().erase(cluster.id).await {
            Ok(()) => {
                (true, format!("{detached} Its Milvus Lite is stopped; its data is deleted."))
            }
            Err(error) => {
                tracing::error!(cluster = %cluster.id, %error, "a cluster's data was not deleted");
                let sentence = format!("{detached} Its data could NOT be deleted: {error}");
                (false, sentence)
            }
        },
    }
}
