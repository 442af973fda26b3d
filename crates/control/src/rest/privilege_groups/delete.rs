//! `DELETE /v2/clusters/{id}/privilegeGroups/{groupName}`

use super::{CLUSTER, ChangedGroup, GROUP_NAME, OWNERS};
use crate::command::privilege_groups;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::grant::PrivilegeGroupName;
use std::sync::Arc;

/// [`delete`]
pub(crate) const DELETE: Operation =
    Operation::new("deletePrivilegeGroup", "Drop a group of privileges")
        .about("Refused while a role has it.")
        .may(OWNERS)
        .path(&[CLUSTER, GROUP_NAME])
        .answers::<ChangedGroup>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Drops a group of privileges.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, PrivilegeGroupName>,
) -> Result<Answer<ChangedGroup>, Problem> {
    let (group, receipt) =
        app.change(move |desk| privilege_groups::delete(desk, &caller, cluster, &name)).await?;
    Ok(Answer::changed(ChangedGroup::new(&group, &receipt), &receipt))
}
