//! `PATCH /v2/projects/{id}`

use super::{PROJECT_ID, ProjectBody};
use crate::command::projects;
use crate::describe::{Operation, PROJECT_NAME};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{IfMatch, Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::ProjectId;
use model::name::ProjectName;
use std::sync::Arc;

/// [`rename`]
pub(crate) const RENAME: Operation = Operation::new("renameProject", "Rename a project")
    .may("owners of the organization")
    .path(&[PROJECT_ID])
    .body(&[PROJECT_NAME.required()], r#"{"projectName":"NAME"}"#)
    .answers::<ProjectBody>()
    .refuses(&[403, 404, 409])
    .conditional()
    .fenced();

/// Gives a project another name.
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ProjectId>,
    IfMatch(expected): IfMatch,
    mut body: Object,
) -> Result<impl IntoResponse, Problem> {
    let name = body.parsed("projectName", ProjectName::new)?;
    body.finish()?;
    let (renamed, receipt) =
        app.change(move |desk| projects::rename(desk, &caller, id, &name, expected)).await?;
    Ok((tag(renamed.revision), Answer::changed(ProjectBody::from(renamed), &receipt)))
}
