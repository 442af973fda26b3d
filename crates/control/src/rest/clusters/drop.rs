//! `DELETE /v2/clusters/{id}/drop`

use crate::command::clusters;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use serde::Serialize;
use std::sync::Arc;

/// What was detached, and since when no gateway serves it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dropped {
    cluster_id: String,
    cluster_name: String,
    project_id: String,
    prompt: &'static str,
    revocation: ReceiptBody,
}

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
