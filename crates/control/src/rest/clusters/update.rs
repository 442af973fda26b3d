//! `PATCH /v2/clusters/{id}` and `POST /v2/clusters/{id}/modify`

use super::{CLUSTER_ID, Changed, ClusterBody};
use crate::command::clusters::{self, UpdateCluster};
use crate::describe::{CLUSTER_NAME, DESCRIPTION, Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{IfMatch, Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::ClusterId;
use model::name::{ClusterName, Description};
use std::sync::Arc;

const FIELDS: &[Field] = &[CLUSTER_NAME, DESCRIPTION];
const EXAMPLE: &str = r#"{"clusterName":"NAME","description":"the big one"}"#;

const fn operation(id: &'static str) -> Operation {
    Operation::new(id, "Rename a cluster, or describe it anew")
        .about("What is left out stays. Its id and where clients connect do not change.")
        .may("owners of the project and of the organization")
        .path(&[CLUSTER_ID])
        .body(FIELDS, EXAMPLE)
        .answers::<Changed>()
        .refuses(&[403, 404, 409])
        .conditional()
        .fenced()
}

/// [`update`]
pub(crate) const UPDATE: Operation = operation("updateCluster");
/// [`update`], as the managed cloud writes it.
pub(crate) const MODIFY: Operation = operation("modifyCluster");

/// Changes name and description.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
    IfMatch(expected): IfMatch,
    body: Object,
) -> Result<impl IntoResponse, Problem> {
    let request = decode(body).map_err(Problem::about_cluster)?;
    let request = UpdateCluster { expected, ..request };
    let (cluster, receipt) = app
        .change(move |desk| clusters::update(desk, &caller, id, request))
        .await
        .map_err(Problem::about_cluster)?;
    let changed = Changed {
        cluster: ClusterBody::of(&cluster, app.clusters()),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok((tag(cluster.revision), Answer::changed(changed, &receipt)))
}

fn decode(mut body: Object) -> Result<UpdateCluster, Problem> {
    let request = UpdateCluster {
        name: body.optional_parsed("clusterName", ClusterName::new)?,
        description: body.optional_parsed("description", Description::new)?,
        expected: None,
    };
    body.finish()?;
    Ok(request)
}
