//! `/console/clusters/{cluster}`: how it is.

use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::{target, when};
use crate::problem::{Page, shown};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use model::{Action, ClusterId};

#[derive(Template)]
#[template(path = "clusters/show.html")]
struct Shown {
    frame: Frame,
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

/// The cluster, looked at now.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    let status = front.clusters().look(id).await;
    let cluster = &here.cluster;
    let may_change = here.place.may(Action::UpdateCluster);
    let frame = Frame::of(&visitor, cluster.name.as_str()).in_cluster(&here, Part::Overview);
    Ok(shown(&Shown {
        frame: frame.saying(&Said::in_query(&Query::parse(query.as_deref()))),
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
