//! `/console/clusters/{cluster}`: how it is, and how to connect.

use crate::frame::{Frame, Part};
use crate::pages::connect::{Snippet, snippets};
use crate::pages::{target, when};
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::{clusters, projects};
use model::ClusterId;

#[derive(Template)]
#[template(path = "clusters/show.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    project: String,
    description: String,
    engine: &'static str,
    state: &'static str,
    message: String,
    version: String,
    endpoint: String,
    created: String,
    snippets: Vec<Snippet>,
}

/// The cluster, looked at now.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    let frame = Frame::of(&visitor, "Cluster");
    let caller = visitor.caller;
    let (cluster, project) = front
        .see(move |desk| {
            let cluster = clusters::show(desk, &caller, id)?;
            let project = projects::show(desk, &caller, cluster.project)?;
            Ok((cluster, project))
        })
        .await?;
    let status = front.clusters().look(id).await;
    let endpoint = front.clusters().endpoint(id, cluster.port);
    Ok(shown(&Shown {
        frame: Frame { title: cluster.name.to_string(), ..frame }.in_project(
            project.id,
            project.name.as_str(),
            Part::Overview,
        ),
        id: id.to_string(),
        name: cluster.name.to_string(),
        project: project.id.to_string(),
        description: cluster.description.to_string(),
        engine: cluster.engine.kind().as_str(),
        state: status.state.as_str(),
        message: status.message.unwrap_or_default(),
        version: status.version.unwrap_or_default(),
        snippets: snippets(&endpoint),
        endpoint,
        created: when(cluster.created_at),
    }))
}
