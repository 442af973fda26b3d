//! `GET /v2/clusters/{id}`

use super::{CLUSTER_ID, ClusterBody};
use crate::command::clusters;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::ClusterId;
use std::sync::Arc;

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getCluster", "One cluster")
    .may("members of the project, its keys, and owners of the organization")
    .path(&[CLUSTER_ID])
    .answers::<ClusterBody>()
    .refuses(&[403, 404]);

/// One cluster.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
) -> Result<impl IntoResponse, Problem> {
    let cluster = app
        .see(move |desk| clusters::show(desk, &caller, id))
        .await
        .map_err(Problem::about_cluster)?;
    Ok((tag(cluster.revision), Answer::ok(ClusterBody::of(&cluster, app.clusters()))))
}
