//! `/console/clusters/{cluster}/connect`: a program that connects, in the language one chooses.

use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::snippets::{Snippet, snippets};
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::query::Query;
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use model::{Action, ClusterId};

#[derive(Template)]
#[template(path = "clusters/connect.html")]
struct Shown {
    frame: Frame,
    id: String,
    project: String,
    may_make_keys: bool,
    may_see_users: bool,
    /// Whether a user of the cluster is to connect, and not a key.
    as_user: bool,
    endpoint: String,
    snippets: Vec<Snippet>,
    /// The language that was chosen, by its place.
    chosen: usize,
}

/// The program.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    let query = Query::parse(query.as_deref());
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    let endpoint = front.clusters().endpoint(id, here.cluster.port);
    let snippets = snippets(&endpoint);
    let chosen = snippets.iter().position(|one| one.name == query.text("with")).unwrap_or(0);
    Ok(shown(&Shown {
        frame: Frame::of(&visitor, "Connect").in_cluster(&here, Part::Connect),
        id: id.to_string(),
        project: here.place.project.id.to_string(),
        may_make_keys: here.place.may(Action::CreateKey),
        may_see_users: here.place.may(Action::ListClusterUsers),
        as_user: query.text("as") == "user",
        endpoint,
        snippets,
        chosen,
    }))
}
