//! `GET /v2/clusters/{id}/users`

use super::{CLUSTER, OWNERS, UserBody};
use crate::command::cluster_users;
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

/// The users of a cluster, which fit into one answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClusterUsers")]
pub(crate) struct UsersBody {
    count: usize,
    users: Vec<UserBody>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listClusterUsers", "The users of a cluster")
    .may(OWNERS)
    .path(&[CLUSTER])
    .answers::<UsersBody>()
    .refuses(&[403, 404]);

/// The users of a cluster, by name.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
) -> Result<Answer<UsersBody>, Problem> {
    let users = app.see(move |desk| cluster_users::list(desk, &caller, cluster)).await?;
    let users: Vec<_> = users.iter().map(UserBody::from).collect();
    Ok(Answer::ok(UsersBody { count: users.len(), users }))
}
