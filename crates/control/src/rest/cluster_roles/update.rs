//! `PATCH /v2/clusters/{id}/roles/{roleName}`

use super::{CLUSTER, ChangedRole, OWNERS, ROLE_NAME};
use crate::command::cluster_roles;
use crate::describe::{DESCRIPTION, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::cluster_role::RoleName;
use model::name::Description;
use std::sync::Arc;

/// [`update`]
pub(crate) const UPDATE: Operation =
    Operation::new("updateClusterRole", "Say what a role of a cluster is for")
        .may(OWNERS)
        .path(&[CLUSTER, ROLE_NAME])
        .body(&[DESCRIPTION.required()], r#"{"description":"reads and writes"}"#)
        .answers::<ChangedRole>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Changes the description of a role.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, RoleName>,
    mut body: Object,
) -> Result<Answer<ChangedRole>, Problem> {
    let description = body.parsed("description", Description::new)?;
    body.finish()?;
    let described = app
        .change(move |desk| cluster_roles::describe(desk, &caller, cluster, &name, &description));
    let (role, receipt) = described.await?;
    Ok(Answer::changed(ChangedRole::new(&role, &receipt), &receipt))
}
