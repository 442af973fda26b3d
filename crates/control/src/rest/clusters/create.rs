//! `POST /v2/clusters/create`, and the managed cloud's names for it.
//!
//! Every one of them makes a cluster on a Milvus Lite that Keyward runs. Plan and size mean nothing
//! here; they are read so that the managed cloud's clients work, and the answer says so.

use super::{ClusterBody, REGION};
use crate::command::clusters::{self, CreateCluster};
use crate::describe::{CLUSTER_NAME, DESCRIPTION, Field, Operation, PROJECT};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::name::{ClusterName, Description};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a caller is to know of a new cluster.
const PROMPT: &str = "Milvus Lite is being started; the status says when it answers. Connect with an \
                      API key of the project as the token, or with user name and password as \
                      user:password. Keep the password: it is not shown again, only replaced. Plan \
                      and size mean nothing here.";
const MOST_UNITS: i64 = 1_000_000;

/// The cluster, and since when gateways know it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedCluster")]
pub(crate) struct Created {
    #[serde(flatten)]
    cluster: ClusterBody,
    /// A user of the cluster who has every right on it.
    username: String,
    /// Its password; never shown again.
    password: String,
    prompt: &'static str,
    activation: ReceiptBody,
}

const FIELDS: &[Field] = &[
    PROJECT.required(),
    CLUSTER_NAME.required(),
    DESCRIPTION,
    Field::text("engine", "What runs it: `lite`, a Milvus Lite that Keyward installs.")
        .one_of(&["lite"]),
    Field::integer("port", "A gateway port of its own.", 1, 65_535),
    Field::text("regionId", "Where: `self-hosted`.").one_of(&[REGION]),
    Field::text("plan", "Means nothing here.").most(64),
    Field::text("cuType", "Means nothing here.").most(64),
    Field::integer("cuSize", "Means nothing here.", 0, MOST_UNITS),
];
const EXAMPLE: &str = r#"{"projectId":"PROJECT","clusterName":"NAME","engine":"lite"}"#;

const fn operation(id: &'static str) -> Operation {
    Operation::new(id, "Make a cluster on Milvus Lite")
        .about("Keyward installs, starts and watches its engine. Plan and size mean nothing here.")
        .may("owners of the project and of the organization")
        .body(FIELDS, EXAMPLE)
        .answers::<Created>()
        .refuses(&[403, 404, 409, 429])
        .creates()
        .fenced()
}

/// [`create`]
pub(crate) const CREATE: Operation = operation("createCluster");
/// [`create`], for the managed cloud's clients.
pub(crate) const CREATE_FREE: Operation = operation("createFreeCluster");
/// [`create`], for the managed cloud's clients.
pub(crate) const CREATE_SERVERLESS: Operation = operation("createServerlessCluster");
/// [`create`], for the managed cloud's clients.
pub(crate) const CREATE_DEDICATED: Operation = operation("createDedicatedCluster");

/// Makes a cluster.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    body: Object,
) -> Result<Answer<Created>, Problem> {
    let request = decode(body).map_err(Problem::about_cluster)?;
    let watch = app.shared_clusters();
    watch.may_host()?;
    let own_port = move |taken: &BTreeSet<u16>| watch.own_port(taken);
    let _place = app.hashing().await?;
    let (made, receipt) =
        app.change(move |desk| clusters::create(desk, &caller, request, own_port)).await?;
    let created = Created {
        cluster: ClusterBody::of(&made.cluster, app.clusters()),
        username: made.username.to_string(),
        password: made.password.expose().to_owned(),
        prompt: PROMPT,
        activation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(created, &receipt).shown_once())
}

fn decode(mut body: Object) -> Result<CreateCluster, Problem> {
    let request = CreateCluster {
        project: body.parsed("projectId", str::parse)?,
        name: body.parsed("clusterName", ClusterName::new)?,
        description: body
            .optional_parsed("description", Description::new)?
            .map_or_else(|| Description::new(""), Ok)?,
        port: body.optional_port("port")?,
    };
    if body.optional_text("engine")?.is_some_and(|engine| engine != "lite") {
        let sentence =
            "must be \"lite\": attach a Milvus of your own with POST /v2/clusters/attach";
        return Err(body.refuse("engine", sentence));
    }
    if body.optional_text("regionId")?.is_some_and(|region| region != REGION) {
        return Err(body.refuse("regionId", "must be \"self-hosted\", the only region"));
    }
    for field in ["plan", "cuType"] {
        if body.optional_text(field)?.is_some_and(|text| text.chars().count() > 64) {
            return Err(body.refuse(field, "must be at most 64 characters long"));
        }
    }
    body.optional_integer("cuSize", 0..=MOST_UNITS)?;
    body.finish()?;
    Ok(request)
}
