//! `GET /v2/sessions`

use crate::command::sessions;
use crate::describe::{CURRENT_PAGE, Operation, PAGE_SIZE};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One page of the caller's sessions, newest first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionList {
    sessions: Vec<SessionEntry>,
    count: u64,
    current_page: u32,
    page_size: u32,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionEntry {
    session_id: String,
    create_time: String,
    last_seen_time: String,
    expire_time: String,
    address: Option<String>,
    client: String,
    current: bool,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listSessions", "Your sessions")
    .about("No token is among them. When a session was last seen is written every few minutes.")
    .may("every person")
    .query(&[PAGE_SIZE, CURRENT_PAGE])
    .answers::<SessionList>()
    .refuses(&[403]);

/// The caller's sessions; no token is among them.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut query: Query,
) -> Result<Answer<SessionList>, Problem> {
    let page = query.page(1..=100)?;
    query.finish()?;
    let (listed, own) = app.see(move |desk| sessions::list(desk, &caller, page)).await?;
    let entry = |session: store::sessions::Session| SessionEntry {
        session_id: session.id.to_string(),
        create_time: session.created_at.to_string(),
        last_seen_time: session.last_seen_at.to_string(),
        expire_time: session.expires_at.to_string(),
        address: session.address,
        client: session.client,
        current: own == Some(session.id),
    };
    Ok(Answer::ok(SessionList {
        sessions: listed.items.into_iter().map(entry).collect(),
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
    }))
}
