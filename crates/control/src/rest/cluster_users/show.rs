//! `GET /v2/clusters/{id}/users/{username}`

use super::{CLUSTER, OWNERS, USERNAME, UserBody};
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

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("showClusterUser", "One user of a cluster")
    .may(OWNERS)
    .path(&[CLUSTER, USERNAME])
    .answers::<UserBody>()
    .refuses(&[403, 404]);

/// One user of a cluster.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, ClusterUserName>,
) -> Result<Answer<UserBody>, Problem> {
    let user = app.see(move |desk| cluster_users::show(desk, &caller, cluster, &name)).await?;
    Ok(Answer::ok(UserBody::from(&user)))
}
