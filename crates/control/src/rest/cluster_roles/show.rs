//! `GET /v2/clusters/{id}/roles/{roleName}`

use super::{CLUSTER, GrantBody, OWNERS, ROLE_NAME, RoleBody};
use crate::command::cluster_roles;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::cluster_role::RoleName;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A role and what is granted to it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClusterRoleWithGrants")]
pub(crate) struct RoleWithGrants {
    #[serde(flatten)]
    role: RoleBody,
    grants: Vec<GrantBody>,
}

/// [`show`]
pub(crate) const SHOW: Operation =
    Operation::new("showClusterRole", "One role of a cluster, and what is granted to it")
        .may(OWNERS)
        .path(&[CLUSTER, ROLE_NAME])
        .answers::<RoleWithGrants>()
        .refuses(&[403, 404]);

/// One role of a cluster.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, RoleName>,
) -> Result<Answer<RoleWithGrants>, Problem> {
    let found = app.see(move |desk| cluster_roles::show(desk, &caller, cluster, &name)).await?;
    let grants = found.grants.iter().map(GrantBody::from).collect();
    Ok(Answer::ok(RoleWithGrants { role: RoleBody::from(&found), grants }))
}
