//! `/console/projects/{project}`: a project and its clusters.

use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::clusters::{self, ListClusters};
use control::{Front, Page as ListPage};
use model::{Action, ProjectId};

/// How many clusters a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "projects/show.html")]
struct Shown {
    frame: Frame,
    id: String,
    may_add: bool,
    may_make_keys: bool,
    clusters: Vec<Row>,
    pages: Pages,
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
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    let query = Query::parse(query.as_deref());
    let number = query.page();
    let caller = visitor.caller.clone();
    let (place, listed) = front
        .see(move |desk| {
            let place = InProject::find(desk, &caller, id)?;
            let page = ListPage::new(number, SIZE)?;
            let request = ListClusters { organization: None, project: Some(id), page };
            Ok((place, clusters::list(desk, &caller, request)?))
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
    let frame = Frame::of(&visitor, "Clusters").in_project(&place, Part::Clusters);
    Ok(shown(&Shown {
        frame: frame.saying(&Said::in_query(&query)),
        id: id.to_string(),
        may_add: place.may(Action::CreateCluster),
        may_make_keys: place.may(Action::CreateKey),
        clusters: rows.collect(),
        pages: Pages::new(number, SIZE, listed.count, format!("/console/projects/{id}?page=")),
    }))
}
