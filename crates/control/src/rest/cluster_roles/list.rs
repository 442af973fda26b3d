//! `GET /v2/clusters/{id}/roles`

use super::{CLUSTER, OWNERS, RoleBody};
use crate::command::cluster_roles;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The roles of a cluster, which fit into one answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClusterRoles")]
pub(crate) struct RolesBody {
    count: usize,
    roles: Vec<RoleBody>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listClusterRoles", "The roles of a cluster")
    .about("The built-in ones first.")
    .may(OWNERS)
    .path(&[CLUSTER])
    .answers::<RolesBody>()
    .refuses(&[403, 404]);

/// The roles of a cluster.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
) -> Result<Answer<RolesBody>, Problem> {
    let roles = app.see(move |desk| cluster_roles::list(desk, &caller, cluster)).await?;
    let roles: Vec<_> = roles.iter().map(RoleBody::from).collect();
    Ok(Answer::ok(RolesBody { count: roles.len(), roles }))
}
