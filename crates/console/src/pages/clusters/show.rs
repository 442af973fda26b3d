//! `/console/clusters/{cluster}`: how it is.

use crate::chart::Chart;
use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::overview::{self, Tile, Warning};
use crate::pages::{target, when};
use crate::problem::{Page, shown};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::usage::UsageOf;
use control::command::{cluster_roles, cluster_users};
use control::{Caller, ClusterState, Desk, Front};
use model::{Action, ClusterId, Error};

#[derive(Template)]
#[template(path = "clusters/show.html")]
struct Shown {
    frame: Frame,
    tiles: Vec<Tile>,
    warnings: Vec<Warning>,
    chart: Chart,
    /// Whether it has not answered yet and is expected to.
    starting: bool,
    id: String,
    name: String,
    project: String,
    may_make_keys: bool,
    description: String,
    engine: &'static str,
    upstream: String,
    state: &'static str,
    message: String,
    version: String,
    endpoint: String,
    created: String,
}

/// The cluster, as it was seen last; looked at anew if the address says so, which may take a few
/// seconds.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    let query = Query::parse(query.as_deref());
    let (caller, now) = (visitor.caller.clone(), front.now());
    let (here, calls, mut tiles) = front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            let of = UsageOf { cluster: Some(id), ..UsageOf::default() };
            let to = format!("/console/clusters/{id}/usage");
            let calls = overview::calls(desk, &caller, of, now, to)?;
            let tiles = of_access(desk, &caller, &here)?;
            Ok((here, calls, tiles))
        })
        .await?;
    tiles.insert(0, calls.tile);
    let anew = query.text("look") == "now";
    let status = if anew { front.clusters().look(id).await } else { front.clusters().status(id) };
    let cluster = &here.cluster;
    let may_change = here.place.may(Action::UpdateCluster);
    let frame = Frame::of(&visitor, cluster.name.as_str()).in_cluster(&here, Part::Overview);
    Ok(shown(&Shown {
        frame: frame.saying(&Said::in_query(&query)),
        tiles,
        warnings: Vec::new(),
        chart: calls.chart,
        starting: status.state == ClusterState::Initializing,
        id: id.to_string(),
        name: cluster.name.to_string(),
        project: here.place.project.id.to_string(),
        may_make_keys: here.place.may(Action::CreateKey),
        description: cluster.description.to_string(),
        engine: cluster.engine.kind().as_str(),
        // Where it really is concerns those who look after it.
        upstream: cluster
            .engine
            .uri()
            .filter(|_| may_change)
            .map(ToString::to_string)
            .unwrap_or_default(),
        state: status.state.as_str(),
        message: status.message.unwrap_or_default(),
        version: status.version.unwrap_or_default(),
        endpoint: front.clusters().endpoint(id, cluster.port),
        created: when(cluster.created_at),
    }))
}

/// Its users and roles, for somebody who may see them.
fn of_access(desk: &Desk, caller: &Caller, here: &InCluster) -> Result<Vec<Tile>, Error> {
    let (id, mut tiles) = (here.cluster.id, Vec::new());
    let home = format!("/console/clusters/{id}");
    if here.place.may(Action::ListClusterUsers) {
        let number = cluster_users::list(desk, caller, id)?.len().to_string();
        let (under, to) = ("who sign in with a password".to_owned(), format!("{home}/users"));
        tiles.push(Tile { label: "Users", number, under, to });
    }
    if here.place.may(Action::ViewClusterRole) {
        let number = cluster_roles::list(desk, caller, id)?.len().to_string();
        let (under, to) = ("that users can have".to_owned(), format!("{home}/roles"));
        tiles.push(Tile { label: "Roles", number, under, to });
    }
    Ok(tiles)
}
