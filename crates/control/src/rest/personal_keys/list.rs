//! `GET /v2/organizations/{id}/personalKeys`

use crate::command::keys;
use crate::describe::{self, CURRENT_PAGE, Field, Operation, PAGE_SIZE};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::keys::{KeyBody, KeyList};
use crate::rest::organizations::ORGANIZATION_ID;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::OrganizationId;
use std::sync::Arc;

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listPersonalKeys", "Your own keys")
    .about("Owners of the organization may ask for those of another member.")
    .may("members of the organization")
    .path(&[ORGANIZATION_ID])
    .query(&[
        Field::text("userId", "Whose keys; your own if left out.").pattern(describe::USER_ID),
        PAGE_SIZE,
        CURRENT_PAGE,
    ])
    .answers::<KeyList>()
    .refuses(&[403, 404]);

/// Somebody's personal keys, newest first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
    mut query: Query,
) -> Result<Answer<KeyList>, Problem> {
    let user = query.parsed("userId", str::parse)?;
    let page = query.page(1..=100)?;
    query.finish()?;
    let listed = app.see(move |desk| keys::list_personal(desk, &caller, id, user, page)).await?;
    Ok(Answer::ok(KeyList {
        api_keys: listed.items.iter().map(KeyBody::from).collect(),
        count: Some(listed.count),
        current_page: Some(page.number()),
        page_size: page.size(),
        next_cursor: None,
    }))
}
