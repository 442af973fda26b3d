//! `GET /v2/organizations/{id}/invitations`

use super::InvitationBody;
use crate::command::invitations;
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
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One page of invitations, newest first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InvitationList {
    invitations: Vec<InvitationBody>,
    count: u64,
    current_page: u32,
    page_size: u32,
}

/// [`list`]
pub(crate) const LIST: Operation =
    Operation::new("listInvitations", "The invitations to an organization")
        .about(
            "Owners see all of them, members those they sent. One that was taken up or taken back \
             is not listed; one that has run out is, for 30 days.",
        )
        .may("members of the organization")
        .path(&[ORGANIZATION_ID])
        .query(&[PAGE_SIZE, CURRENT_PAGE])
        .answers::<InvitationList>()
        .refuses(&[404]);

/// The invitations the caller may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
    mut query: Query,
) -> Result<Answer<InvitationList>, Problem> {
    let page = query.page(1..=100)?;
    query.finish()?;
    let listed = app.see(move |desk| invitations::list(desk, &caller, id, page)).await?;
    let now = app.now();
    Ok(Answer::ok(InvitationList {
        invitations: listed.items.iter().map(|one| InvitationBody::of(one, now)).collect(),
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
    }))
}
