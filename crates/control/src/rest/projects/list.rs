//! `GET /v2/projects`
//!
//! The managed cloud answers with a bare array and knows no pages here, so its tools get all
//! projects in one; whoever asks for a page gets one like those of the other lists.

use super::ProjectBody;
use crate::command::projects::{self, ListProjects, ListedProjects, MOST_PROJECTS};
use crate::describe::{CURRENT_PAGE, Field, ORGANIZATION_ID, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::Page;

/// The projects, or one page of them.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum ProjectList {
    /// Where no page was asked for.
    Whole(Vec<ProjectBody>),
    /// Where one was.
    Page(ProjectPage),
}

/// One page of projects, newest first in each organization.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProjectPage {
    projects: Vec<ProjectBody>,
    count: u64,
    current_page: u32,
    page_size: u32,
    /// Your organizations whose projects are left out, because these ask for a second factor that
    /// your account has not got.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    second_factor_needed: Vec<String>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listProjects", "The projects you may see")
    .about(
        "Without `pageSize` and `currentPage` the answer is a bare array of the first 1000, which \
         is as many as an organization may have. With one of them it is a page. What is in an \
         organization that asks for a second factor is left out while your account has none and \
         another of your organizations asks for none.",
    )
    .query(&[
        Field::text("organizationId", "Only projects of this organization.")
            .pattern(ORGANIZATION_ID),
        Field::text("search", "Only projects with this text in their name or id.").most(255),
        Field::integer(
            "pageSize",
            "How many items a page has; 100 if only the page is given.",
            1,
            100,
        ),
        CURRENT_PAGE,
    ])
    .answers::<ProjectList>()
    .refuses(&[403, 404]);

/// The projects the caller may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<ProjectList>, Problem> {
    let paged = query.has("pageSize") || query.has("currentPage");
    let request = decode(query, paged)?;
    let found = app.see(move |desk| projects::list(desk, &caller, &request)).await?;
    let ListedProjects { listed, closed } = found;
    let projects = listed.items.into_iter().map(ProjectBody::from).collect();
    if !paged {
        return Ok(Answer::ok(ProjectList::Whole(projects)));
    }
    Ok(Answer::ok(ProjectList::Page(ProjectPage {
        projects,
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
        second_factor_needed: closed.iter().map(ToString::to_string).collect(),
    })))
}

fn decode(mut query: Query, paged: bool) -> Result<ListProjects, Problem> {
    let request = ListProjects {
        organization: query.parsed("organizationId", str::parse)?,
        search: query.search()?,
        page: if paged { query.page(1..=100)? } else { Page::new(1, MOST_PROJECTS)? },
    };
    query.finish()?;
    Ok(request)
}
