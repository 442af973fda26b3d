//! `POST /v2/clusters/attach`

use super::ClusterBody;
use crate::command::clusters::{self, AttachCluster};
use crate::describe::{CLUSTER_NAME, DESCRIPTION, Field, Operation, PROJECT};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::SecretText;
use model::cluster::UpstreamAddress;
use model::name::{ClusterName, Description};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The cluster, and since when gateways serve it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AttachedCluster")]
pub(crate) struct Attached {
    #[serde(flatten)]
    cluster: ClusterBody,
    /// A user of the cluster who has every right on it.
    username: String,
    /// Its password; never shown again.
    password: String,
    activation: ReceiptBody,
}

/// [`attach`]
pub(crate) const ATTACH: Operation = Operation::new("attachCluster", "Attach a Milvus")
    .about("Puts a Milvus that somebody else runs behind the gateway.")
    .may("owners of the project and of the organization")
    .body(
        &[
            PROJECT.required(),
            CLUSTER_NAME.required(),
            DESCRIPTION,
            Field::text("uri", "Where it is: `http://host:port` or `https://host:port`.")
                .required(),
            Field::text("token", "What Keyward signs in there with; never shown again."),
            Field::integer("port", "A gateway port of its own.", 1, 65_535),
        ],
        r#"{"projectId":"PROJECT","clusterName":"NAME","uri":"http://milvus:19530"}"#,
    )
    .answers::<Attached>()
    .refuses(&[403, 404, 409])
    .creates()
    .fenced();

/// Attaches a Milvus that somebody else runs.
pub(crate) async fn attach(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    body: Object,
) -> Result<Answer<Attached>, Problem> {
    let request = decode(body).map_err(Problem::about_cluster)?;
    let watch = app.shared_clusters();
    let own_port = move |taken: &BTreeSet<u16>| watch.own_port(taken);
    let place = app.hashing().await?;
    let (made, receipt) =
        app.change(move |desk| clusters::attach(desk, &caller, request, own_port)).await?;
    // The caller learns now what applications would run into.
    drop(place);
    let status = app.clusters().look(made.cluster.id).await;
    let attached = Attached {
        cluster: ClusterBody::with(&made.cluster, status, app.clusters()),
        username: made.username.to_string(),
        password: made.password.expose().to_owned(),
        activation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(attached, &receipt).shown_once())
}

fn decode(mut body: Object) -> Result<AttachCluster, Problem> {
    let request = AttachCluster {
        project: body.parsed("projectId", str::parse)?,
        name: body.parsed("clusterName", ClusterName::new)?,
        description: body
            .optional_parsed("description", Description::new)?
            .map_or_else(|| Description::new(""), Ok)?,
        uri: body.parsed("uri", UpstreamAddress::parse)?,
        credential: body.optional_text("token")?.map(SecretText::new),
        port: body.optional_port("port")?,
    };
    body.finish()?;
    Ok(request)
}
