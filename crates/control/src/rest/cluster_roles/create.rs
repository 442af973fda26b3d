//! `POST /v2/clusters/{id}/roles`

use super::{CLUSTER, ChangedRole, OWNERS, ROLE_NAME};
use crate::command::cluster_roles::{self, CreateClusterRole};
use crate::describe::{DESCRIPTION, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use model::cluster_role::ClusterRoleName;
use model::name::Description;
use std::sync::Arc;

/// [`create`]
pub(crate) const CREATE: Operation =
    Operation::new("createClusterRole", "Make a role on a cluster")
        .about("It holds nothing until something is granted to it.")
        .may(OWNERS)
        .path(&[CLUSTER])
        .body(&[ROLE_NAME, DESCRIPTION], r#"{"roleName":"analyst","description":"reads"}"#)
        .answers::<ChangedRole>()
        .refuses(&[403, 404, 409, 429])
        .creates()
        .fenced();

/// Makes a role on a cluster.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
    mut body: Object,
) -> Result<Answer<ChangedRole>, Problem> {
    let name = body.parsed("roleName", ClusterRoleName::new)?;
    let description = body
        .optional_parsed("description", Description::new)?
        .map_or_else(|| Description::new(""), Ok)?;
    body.finish()?;
    let request = CreateClusterRole { cluster, name, description };
    let (role, receipt) =
        app.change(move |desk| cluster_roles::create(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedRole::new(&role, &receipt), &receipt))
}
