//! `DELETE /v2/clusters/{id}/users/{username}`

use super::{CLUSTER, ChangedUser, OWNERS, USERNAME};
use crate::command::cluster_users;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::cluster_user::ClusterUserName;
use std::sync::Arc;

/// [`delete`]
pub(crate) const DELETE: Operation =
    Operation::new("deleteClusterUser", "Drop a user of a cluster")
        .about(
            "When the answer arrives, no gateway admits the user and no call of it is still \
             served. `db_admin` cannot be dropped.",
        )
        .may(OWNERS)
        .path(&[CLUSTER, USERNAME])
        .answers::<ChangedUser>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Drops a user of a cluster.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, ClusterUserName>,
) -> Result<Answer<ChangedUser>, Problem> {
    let (user, receipt) =
        app.change(move |desk| cluster_users::delete(desk, &caller, cluster, &name)).await?;
    Ok(Answer::changed(ChangedUser::new(&user, &receipt), &receipt))
}
