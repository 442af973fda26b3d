//! `GET /v2/users`

use crate::command::users::{self, ListUsers};
use crate::describe::{CURRENT_PAGE, Field, ORGANIZATION, Operation, PAGE_SIZE};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::account::AccountState;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One page of people, oldest account first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserList {
    users: Vec<UserEntry>,
    count: u64,
    current_page: u32,
    page_size: u32,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserEntry {
    user_id: String,
    email: String,
    name: String,
    create_time: String,
    status: &'static str,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listUsers", "The people of an organization")
    .may("owners of the organization")
    .query(&[
        ORGANIZATION,
        Field::text("search", "Only people with this text in their name, address or id.").most(255),
        PAGE_SIZE,
        CURRENT_PAGE,
    ])
    .answers::<UserList>()
    .refuses(&[403, 404]);

/// The people of an organization.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut query: Query,
) -> Result<Answer<UserList>, Problem> {
    let request = ListUsers {
        organization: query.parsed("organizationId", str::parse)?,
        search: query.search()?,
        page: query.page(1..=100)?,
    };
    query.finish()?;
    let listed = app.see(move |desk| users::list(desk, &caller, request)).await?;
    let entry = |user: store::users::User| UserEntry {
        user_id: user.id.to_string(),
        email: user.email.to_string(),
        name: user.name,
        create_time: user.created_at.to_string(),
        status: if user.state == AccountState::Active { "ACTIVE" } else { "DISABLED" },
    };
    Ok(Answer::ok(UserList {
        users: listed.items.into_iter().map(entry).collect(),
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
    }))
}
