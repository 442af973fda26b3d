//! `GET /v2/organizations`

use super::OrganizationBody;
use crate::command::organizations;
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

/// One page of organizations.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationList {
    organizations: Vec<OrganizationBody>,
    count: u64,
    current_page: u32,
    page_size: u32,
}

/// [`list`]
pub(crate) const LIST: Operation =
    Operation::new("listOrganizations", "The organizations you belong to")
        .query(&[PAGE_SIZE, CURRENT_PAGE])
        .answers::<OrganizationList>();

/// The organizations the caller is a member of.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut query: Query,
) -> Result<Answer<OrganizationList>, Problem> {
    let page = query.page(1..=100)?;
    query.finish()?;
    let listed = app.see(move |desk| organizations::list(desk, &caller, page)).await?;
    Ok(Answer::ok(OrganizationList {
        organizations: listed.items.iter().map(OrganizationBody::from).collect(),
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
    }))
}
