//! `POST /v2/clusters/{id}/privilegeGroups`

use super::{CLUSTER, ChangedGroup, GROUP_NAME, OWNERS};
use crate::command::privilege_groups;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use model::grant::PrivilegeGroupName;
use std::sync::Arc;

/// [`create`]
pub(crate) const CREATE: Operation =
    Operation::new("createPrivilegeGroup", "Make a group of privileges on a cluster")
        .about("It holds nothing until privileges are added to it.")
        .may(OWNERS)
        .path(&[CLUSTER])
        .body(&[GROUP_NAME], r#"{"groupName":"looking"}"#)
        .answers::<ChangedGroup>()
        .refuses(&[403, 404, 409, 429])
        .creates()
        .fenced();

/// Makes a group of privileges.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
    mut body: Object,
) -> Result<Answer<ChangedGroup>, Problem> {
    let name = body.parsed("groupName", PrivilegeGroupName::new)?;
    body.finish()?;
    let (group, receipt) =
        app.change(move |desk| privilege_groups::create(desk, &caller, cluster, &name)).await?;
    Ok(Answer::changed(ChangedGroup::new(&group, &receipt), &receipt))
}
