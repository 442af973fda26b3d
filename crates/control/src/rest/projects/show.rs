//! `GET /v2/projects/{id}`

use super::ProjectBody;
use crate::command::projects;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ProjectId;
use std::sync::Arc;

/// One project.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ProjectId>,
) -> Result<Answer<ProjectBody>, Problem> {
    let project = app.see(move |desk| projects::show(desk, &caller, id)).await?;
    Ok(Answer::ok(project.into()))
}
