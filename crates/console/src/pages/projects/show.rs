//! `/console/projects/{project}`: how a project is, and its clusters.

use crate::chart::Chart;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::overview::{self, Keys, Tile, Warning};
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::query::{Pages, Query, grouped};
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::clusters::{self, ListClusters};
use control::command::usage::UsageOf;
use control::{ClusterState, Front, Page as ListPage};
use model::{Action, ProjectId};

/// How many clusters a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "projects/show.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    tiles: Vec<Tile>,
    warnings: Vec<Warning>,
    chart: Chart,
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
    let (caller, now) = (visitor.caller.clone(), front.now());
    let (place, listed, calls, keys) = front
        .see(move |desk| {
            let place = InProject::find(desk, &caller, id)?;
            let page = ListPage::new(number, SIZE)?;
            let request = ListClusters { organization: None, project: Some(id), page };
            let listed = clusters::list(desk, &caller, request)?;
            let (of, home) = (UsageOf { project: Some(id), ..UsageOf::default() }, home(id));
            let calls = overview::calls(desk, &caller, of, now, format!("{home}/usage"))?;
            let may_see = place.may(Action::ViewKey);
            let keys = may_see.then(|| overview::keys(desk, &caller, id)).transpose()?;
            Ok((place, listed, calls, keys))
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
    let rows: Vec<Row> = rows.collect();
    let (tiles, warnings) = summed(id, listed.count, &rows, calls.tile, keys);
    let name = place.project.name.to_string();
    let frame = Frame::of(&visitor, &name).in_project(&place, Part::Overview);
    Ok(shown(&Shown {
        frame: frame.saying(&Said::in_query(&query)),
        id: id.to_string(),
        name,
        tiles,
        warnings,
        chart: calls.chart,
        may_add: place.may(Action::CreateCluster),
        may_make_keys: place.may(Action::CreateKey),
        clusters: rows,
        pages: Pages::new(number, SIZE, listed.count, format!("{}?page=", home(id))),
    }))
}

fn home(id: ProjectId) -> String {
    format!("/console/projects/{id}")
}

/// The numbers, and what to look at: clusters that do not run first.
fn summed(
    id: ProjectId,
    count: u64,
    clusters: &[Row],
    calls: Tile,
    keys: Option<Keys>,
) -> (Vec<Tile>, Vec<Warning>) {
    let down = clusters.iter().filter(|cluster| cluster.state == ClusterState::Abnormal.as_str());
    let mut warnings: Vec<Warning> = down
        .map(|cluster| Warning {
            text: format!("Cluster {} does not answer", cluster.name),
            to: format!("/console/clusters/{}", cluster.id),
            act: "See why",
        })
        .collect();
    let running =
        clusters.iter().filter(|cluster| cluster.state == ClusterState::Running.as_str()).count();
    let under = match count {
        0 => "add the first one".to_owned(),
        _ if count > clusters.len() as u64 => "see below".to_owned(),
        _ if running == clusters.len() => "all running".to_owned(),
        _ => format!("{running} running"),
    };
    let to = String::new();
    let mut tiles = vec![Tile { label: "Clusters", number: grouped(count), under, to }];
    if let Some(keys) = keys {
        if keys.none && count > 0 {
            warnings.push(Warning {
                text: "Without an API key nobody can reach the clusters".to_owned(),
                to: format!("{}/keys/new", home(id)),
                act: "Create the first one",
            });
        }
        tiles.push(keys.tile);
        warnings.extend(keys.warnings);
    }
    tiles.push(calls);
    (tiles, warnings)
}
