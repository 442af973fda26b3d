//! `GET /v2/apiKeys`

use super::KeyBody;
use crate::command::keys::{self, ListKeys};
use crate::describe::{CURRENT_PAGE, Field, ORGANIZATION, Operation, PAGE_SIZE, PROJECT};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The longest text that is searched for.
const MOST_SEARCHED: usize = 255;

/// One page of keys, newest first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyList {
    pub(in crate::rest) api_keys: Vec<KeyBody>,
    pub(in crate::rest) count: u64,
    pub(in crate::rest) current_page: u32,
    pub(in crate::rest) page_size: u32,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listApiKeys", "The keys you may see")
    .may("owners of the project and of the organization")
    .query(&[
        ORGANIZATION,
        PROJECT,
        Field::text("search", "Only keys with this text in their name, description or id.")
            .most(255),
        PAGE_SIZE,
        CURRENT_PAGE,
    ])
    .answers::<KeyList>()
    .refuses(&[403, 404]);

/// The keys the caller may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<KeyList>, Problem> {
    let request = decode(query)?;
    let listed = app.see(move |desk| keys::list(desk, &caller, request)).await?;
    Ok(Answer::ok(KeyList {
        api_keys: listed.items.iter().map(KeyBody::from).collect(),
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
    }))
}

fn decode(mut query: Query) -> Result<ListKeys, Problem> {
    let search = query.text("search").filter(|text| !text.is_empty());
    if search.as_ref().is_some_and(|text| text.chars().count() > MOST_SEARCHED) {
        let sentence = format!("must be at most {MOST_SEARCHED} characters long");
        return Err(Problem::invalid_field("search", &sentence));
    }
    let request = ListKeys {
        organization: query.parsed("organizationId", str::parse)?,
        project: query.parsed("projectId", str::parse)?,
        search,
        page: query.page(1..=100)?,
    };
    query.finish()?;
    Ok(request)
}
