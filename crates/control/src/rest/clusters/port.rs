//! `PUT` and `DELETE /v2/clusters/{id}/port`

use super::{CLUSTER_ID, Changed, ClusterBody};
use crate::caller::Caller;
use crate::command::clusters::{self, PortChoice};
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// [`set_port`]
pub(crate) const SET_PORT: Operation =
    Operation::new("setClusterPort", "Give a cluster a gateway port of its own")
        .about("Clients that cannot use the cluster's host name tell clusters apart by port.")
        .may("owners of the project and of the organization")
        .path(&[CLUSTER_ID])
        .body(
            &[
                Field::integer("port", "The port.", 1, 65_535),
                Field::bool("free", "Choose a free port above the gateway's."),
            ],
            r#"{"free":true}"#,
        )
        .answers::<Changed>()
        .refuses(&[403, 404, 409])
        .fenced();

/// [`remove_port`]
pub(crate) const REMOVE_PORT: Operation =
    Operation::new("removeClusterPort", "Take a cluster's gateway port away")
        .may("owners of the project and of the organization")
        .path(&[CLUSTER_ID])
        .answers::<Changed>()
        .refuses(&[403, 404])
        .fenced();

/// Gives a cluster a gateway port.
pub(crate) async fn set_port(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
    body: Object,
) -> Result<Answer<Changed>, Problem> {
    let choice = decode(body)?;
    change(&app, caller, id, choice).await
}

/// Takes it away.
pub(crate) async fn remove_port(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
) -> Result<Answer<Changed>, Problem> {
    change(&app, caller, id, PortChoice::None).await
}

async fn change(
    app: &Arc<App>,
    caller: Caller,
    id: ClusterId,
    choice: PortChoice,
) -> Result<Answer<Changed>, Problem> {
    let watch = app.shared_clusters();
    let own_port = move |taken: &BTreeSet<u16>| watch.own_port(taken);
    let (cluster, receipt) = app
        .change(move |desk| clusters::set_port(desk, &caller, id, choice, own_port))
        .await
        .map_err(Problem::about_cluster)?;
    let changed = Changed {
        cluster: ClusterBody::of(&cluster, app.clusters()),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(changed, &receipt))
}

fn decode(mut body: Object) -> Result<PortChoice, Problem> {
    let (port, free) = (body.optional_port("port")?, body.optional_bool("free")?);
    let choice = match (port, free) {
        (Some(port), None | Some(false)) => PortChoice::Own(port),
        (None, Some(true)) => PortChoice::Free,
        _ => return Err(body.refuse("port", "name one, or send \"free\": true, but not both")),
    };
    body.finish()?;
    Ok(choice)
}
