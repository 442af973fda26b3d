//! `DELETE /v2/projects/{id}/members/{userId}`

use super::{ChangedMember, MEMBER_ID};
use crate::command::project_members;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::projects::PROJECT_ID;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::{ProjectId, UserId};
use std::sync::Arc;

/// [`remove`]
pub(crate) const REMOVE: Operation =
    Operation::new("removeProjectMember", "End a membership of a project")
        .about("What their personal keys lose, they have lost when the answer arrives.")
        .may("owners of the project and of the organization, and the member")
        .path(&[PROJECT_ID, MEMBER_ID])
        .answers::<ChangedMember>()
        .refuses(&[403, 404, 409])
        .fenced();

/// End a membership of a project.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(id, user): Targets<ProjectId, UserId>,
) -> Result<Answer<ChangedMember>, Problem> {
    let (member, receipt) =
        app.change(move |desk| project_members::remove(desk, &caller, id, user)).await?;
    Ok(ChangedMember::answer(&member, &receipt))
}
