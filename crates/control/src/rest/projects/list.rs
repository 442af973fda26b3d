//! `GET /v2/projects`

use super::ProjectBody;
use crate::command::projects;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use std::sync::Arc;

/// [`list`]
pub(crate) const LIST: Operation =
    Operation::new("listProjects", "The projects you may see").answers::<Vec<ProjectBody>>();

/// The projects the caller may see, as a bare array.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<Vec<ProjectBody>>, Problem> {
    query.finish()?;
    let projects = app.see(move |desk| projects::list(desk, &caller)).await?;
    Ok(Answer::ok(projects.into_iter().map(ProjectBody::from).collect()))
}
