//! `GET /v2/projects/{id}`

use super::{PROJECT_ID, ProjectBody};
use crate::command::projects;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::ProjectId;
use std::sync::Arc;

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getProject", "One project")
    .may("members of the project, its keys, and owners of the organization")
    .path(&[PROJECT_ID])
    .answers::<ProjectBody>()
    .refuses(&[403, 404])
    .tagged();

/// One project.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ProjectId>,
) -> Result<impl IntoResponse, Problem> {
    let project = app.see(move |desk| projects::show(desk, &caller, id)).await?;
    Ok((tag(project.revision), Answer::ok(ProjectBody::from(project))))
}
