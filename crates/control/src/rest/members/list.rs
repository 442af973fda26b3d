//! `GET /v2/organizations/{id}/members`

use super::MemberList;
use crate::command::members;
use crate::describe::{CURRENT_PAGE, Operation, PAGE_SIZE};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::organizations::ORGANIZATION_ID;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::OrganizationId;
use std::sync::Arc;

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listMembers", "The members of an organization")
    .may("members of the organization")
    .path(&[ORGANIZATION_ID])
    .query(&[PAGE_SIZE, CURRENT_PAGE])
    .answers::<MemberList>()
    .refuses(&[403, 404]);

/// The members, oldest membership first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
    mut query: Query,
) -> Result<Answer<MemberList>, Problem> {
    let page = query.page(1..=100)?;
    query.finish()?;
    let listed = app.see(move |desk| members::list(desk, &caller, id, page)).await?;
    Ok(Answer::ok(listed.into()))
}
