//! `GET /v2/projects/{id}/members`

use super::MemberList;
use crate::command::project_members;
use crate::describe::{CURRENT_PAGE, Operation, PAGE_SIZE};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::projects::PROJECT_ID;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ProjectId;
use std::sync::Arc;

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listProjectMembers", "The members of a project")
    .may("members of the project and owners of the organization")
    .path(&[PROJECT_ID])
    .query(&[PAGE_SIZE, CURRENT_PAGE])
    .answers::<MemberList>()
    .refuses(&[403, 404]);

/// The members, oldest membership first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ProjectId>,
    mut query: Query,
) -> Result<Answer<MemberList>, Problem> {
    let page = query.page(1..=100)?;
    query.finish()?;
    let listed = app.see(move |desk| project_members::list(desk, &caller, id, page)).await?;
    Ok(Answer::ok(listed.into()))
}
