//! `/console/projects/{project}`: a project and its clusters.

use super::target;
use crate::frame::{Frame, Part};
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::command::clusters::{self, ListClusters};
use control::command::projects;
use control::{Front, Page as ListPage};
use model::ProjectId;

/// How many clusters are shown.
const MOST: u32 = 100;

#[derive(Template)]
#[template(path = "project.html")]
struct Shown {
    frame: Frame,
    id: String,
    clusters: Vec<Row>,
    more: u64,
}

struct Row {
    id: String,
    name: String,
    state: &'static str,
    endpoint: String,
    version: String,
}

/// The overview.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    let frame = Frame::of(&visitor, "Overview");
    let caller = visitor.caller;
    let (project, listed) = front
        .see(move |desk| {
            let project = projects::show(desk, &caller, id)?;
            let page = ListPage::new(1, MOST)?;
            let request = ListClusters { organization: None, project: Some(id), page };
            Ok((project, clusters::list(desk, &caller, request)?))
        })
        .await?;
    let watch = front.clusters();
    let rows = listed.items.into_iter().map(|cluster| {
        let status = watch.status(cluster.id);
        Row {
            id: cluster.id.to_string(),
            name: cluster.name.to_string(),
            state: status.state.as_str(),
            endpoint: watch.endpoint(cluster.id, cluster.port),
            version: status.version.unwrap_or_default(),
        }
    });
    let clusters: Vec<Row> = rows.collect();
    let more = listed.count.saturating_sub(clusters.len() as u64);
    let frame = frame.in_project(id, project.name.as_str(), Part::Overview);
    Ok(shown(&Shown { frame, id: id.to_string(), clusters, more }))
}
