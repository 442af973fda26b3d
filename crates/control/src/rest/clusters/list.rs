//! `GET /v2/clusters`

use super::ClusterBody;
use crate::command::clusters::{self, ListClusters};
use crate::describe::{CURRENT_PAGE, ORGANIZATION, Operation, PAGE_SIZE_FROM_5, PROJECT};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One page of clusters.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterList {
    count: u64,
    current_page: u32,
    page_size: u32,
    clusters: Vec<ClusterBody>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listClusters", "The clusters you may see")
    .query(&[ORGANIZATION, PROJECT, PAGE_SIZE_FROM_5, CURRENT_PAGE])
    .answers::<ClusterList>()
    .refuses(&[403, 404]);

/// The clusters the caller may see.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<ClusterList>, Problem> {
    let request = decode(query)?;
    let listed = app.see(move |desk| clusters::list(desk, &caller, request)).await?;
    let watch = app.clusters();
    Ok(Answer::ok(ClusterList {
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
        clusters: listed.items.iter().map(|cluster| ClusterBody::of(cluster, watch)).collect(),
    }))
}

fn decode(mut query: Query) -> Result<ListClusters, Problem> {
    let request = ListClusters {
        organization: query.parsed("organizationId", str::parse)?,
        project: query.parsed("projectId", str::parse)?,
        page: query.page(5..=100)?,
    };
    query.finish()?;
    Ok(request)
}
