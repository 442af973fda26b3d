//! `/console/`: the projects one may see.

use super::when;
use crate::frame::Frame;
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use control::Front;
use control::command::projects;

#[derive(Template)]
#[template(path = "home.html")]
struct Shown {
    frame: Frame,
    projects: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    clusters: u64,
    created: String,
}

/// The list.
pub(crate) async fn show(State(front): State<Front>, visitor: Visitor) -> Result<Response, Page> {
    let frame = Frame::of(&visitor, "Projects");
    let caller = visitor.caller;
    let projects = front.see(move |desk| projects::list(desk, &caller)).await?;
    let row = |project: control::Project| Row {
        id: project.id.to_string(),
        name: project.name.to_string(),
        clusters: project.clusters,
        created: when(project.created_at),
    };
    Ok(shown(&Shown { frame, projects: projects.into_iter().map(row).collect() }))
}
