//! `GET /v2/clusters/{id}`

use super::ClusterBody;
use crate::command::clusters;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use std::sync::Arc;

/// One cluster.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
) -> Result<Answer<ClusterBody>, Problem> {
    let cluster = app
        .see(move |desk| clusters::show(desk, &caller, id))
        .await
        .map_err(Problem::about_cluster)?;
    Ok(Answer::ok(ClusterBody::of(&cluster, app.clusters())))
}
