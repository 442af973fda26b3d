//! `POST /v2/clusters/{id}/users/{username}/roles`, and `DELETE` with the role in the query.

use super::{CLUSTER, ChangedUser, OWNERS, ROLE_NAME, USERNAME};
use crate::command::cluster_users::{self, ClusterUserRole};
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::cluster_role::RoleName;
use model::cluster_user::ClusterUserName;
use std::sync::Arc;

/// [`grant_role`]
pub(crate) const GRANT_ROLE: Operation =
    Operation::new("grantClusterUserRole", "Give a user of a cluster a role")
        .may(OWNERS)
        .path(&[CLUSTER, USERNAME])
        .body(&[ROLE_NAME], r#"{"roleName":"db_rw"}"#)
        .answers::<ChangedUser>()
        .refuses(&[403, 404])
        .fenced();

/// [`revoke_role`]
pub(crate) const REVOKE_ROLE: Operation =
    Operation::new("revokeClusterUserRole", "Take a role from a user of a cluster")
        .about("That the user does not have it is no fault. `db_admin` keeps its own.")
        .may(OWNERS)
        .path(&[CLUSTER, USERNAME])
        .query(&[ROLE_NAME])
        .answers::<ChangedUser>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Gives a user of a cluster a role.
pub(crate) async fn grant_role(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, user): Targets<ClusterId, ClusterUserName>,
    mut body: Object,
) -> Result<Answer<ChangedUser>, Problem> {
    let role = body.parsed("roleName", RoleName::new)?;
    body.finish()?;
    let request = ClusterUserRole { cluster, user, role };
    let (user, receipt) =
        app.change(move |desk| cluster_users::grant_role(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedUser::new(&user, &receipt), &receipt))
}

/// Takes a role from a user of a cluster.
pub(crate) async fn revoke_role(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, user): Targets<ClusterId, ClusterUserName>,
    mut query: Query,
) -> Result<Answer<ChangedUser>, Problem> {
    let role = query.required("roleName", RoleName::new)?;
    query.finish()?;
    let request = ClusterUserRole { cluster, user, role };
    let (user, receipt) =
        app.change(move |desk| cluster_users::revoke_role(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedUser::new(&user, &receipt), &receipt))
}
