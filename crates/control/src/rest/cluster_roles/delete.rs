//! `DELETE /v2/clusters/{id}/roles/{roleName}`

use super::{CLUSTER, ChangedRole, OWNERS, ROLE_NAME};
use crate::command::cluster_roles::{self, DeleteClusterRole};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::cluster_role::RoleName;
use std::sync::Arc;

/// [`delete`]
pub(crate) const DELETE: Operation =
    Operation::new("deleteClusterRole", "Drop a role of a cluster")
        .may(OWNERS)
        .path(&[CLUSTER, ROLE_NAME])
        .query(&[Field::bool(
            "force",
            "Drop it even if it has grants, and take it from the users who have it.",
        )])
        .answers::<ChangedRole>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Drops a role of a cluster.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, RoleName>,
    mut query: Query,
) -> Result<Answer<ChangedRole>, Problem> {
    let force = query.flag("force")?;
    query.finish()?;
    let request = DeleteClusterRole { cluster, name, from_users: force, with_grants: force };
    let (role, receipt) =
        app.change(move |desk| cluster_roles::delete(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedRole::new(&role, &receipt), &receipt))
}
