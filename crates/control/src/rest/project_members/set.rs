//! `PUT /v2/projects/{id}/members/{userId}`

use super::{ChangedMember, MEMBER_ID, ROLE, project_role};
use crate::command::project_members;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::projects::PROJECT_ID;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::{ProjectId, UserId};
use std::sync::Arc;

/// [`set`]
pub(crate) const SET: Operation = Operation::new("setProjectMember", "Make somebody a member of a project")
    .about("They must be a member of its organization. A project that has an owner keeps one, unless an owner of the organization says otherwise.")
    .may("owners of the project and of the organization")
    .path(&[PROJECT_ID, MEMBER_ID])
    .body(&[ROLE], r#"{"role":"Member"}"#)
    .answers::<ChangedMember>()
    .refuses(&[403, 404, 409])
    .fenced();

/// Make somebody a member of a project.
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(id, user): Targets<ProjectId, UserId>,
    mut body: Object,
) -> Result<Answer<ChangedMember>, Problem> {
    let role = body.parsed("role", project_role)?;
    body.finish()?;
    let (member, receipt) =
        app.change(move |desk| project_members::set(desk, &caller, id, user, role)).await?;
    Ok(ChangedMember::answer(&member, &receipt))
}
