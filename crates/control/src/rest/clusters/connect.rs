//! `GET /v2/clusters/{id}/connect`

use super::CLUSTER_ID;
use crate::command::clusters;
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use crate::snippets::{SDKS, Sdk, TOKEN_VARIABLE};
use axum::extract::State;
use model::ClusterId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Where a cluster is, and programs that connect to it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Connection")]
pub(crate) struct Connection {
    cluster_id: String,
    cluster_name: String,
    /// Where clients connect.
    endpoint: String,
    /// The environment variable that the programs read the API key from.
    token_variable: &'static str,
    snippets: Vec<Snippet>,
}

/// A program that connects to the cluster.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ConnectSnippet")]
struct Snippet {
    sdk: &'static str,
    title: &'static str,
    /// How to install what it needs; may be empty.
    install: &'static str,
    code: String,
    /// What to know before running it; may be empty.
    note: &'static str,
}

impl Snippet {
    fn of(sdk: &Sdk, endpoint: &str) -> Self {
        let Sdk { name, title, install, note, .. } = *sdk;
        Self { sdk: name, title, install, code: sdk.program(endpoint), note }
    }
}

/// [`connect`]
pub(crate) const CONNECT: Operation =
    Operation::new("connectCluster", "How to connect to a cluster")
        .about("The programs read an API key from an environment variable; no answer carries one.")
        .may("everybody who may see the cluster")
        .path(&[CLUSTER_ID])
        .query(&[Field::text("sdk", "Only the program for this one.")
            .one_of(&["python", "node", "java", "go", "rest"])])
        .answers::<Connection>()
        .refuses(&[403, 404]);

/// Programs that connect to the cluster.
pub(crate) async fn connect(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ClusterId>,
    mut query: Query,
) -> Result<Answer<Connection>, Problem> {
    let wanted = query.text("sdk");
    query.finish()?;
    let is_wanted = |sdk: &&Sdk| wanted.as_ref().is_none_or(|name| name == sdk.name);
    let chosen: Vec<_> = SDKS.iter().filter(is_wanted).collect();
    if chosen.is_empty() {
        let sentence = "must be python, node, java, go or rest";
        return Err(Problem::invalid_field("sdk", sentence));
    }
    let cluster = app
        .see(move |desk| clusters::show(desk, &caller, id))
        .await
        .map_err(Problem::about_cluster)?;
    let endpoint = app.clusters().endpoint(cluster.id, cluster.port);
    Ok(Answer::ok(Connection {
        cluster_id: cluster.id.to_string(),
        cluster_name: cluster.name.to_string(),
        snippets: chosen.into_iter().map(|sdk| Snippet::of(sdk, &endpoint)).collect(),
        token_variable: TOKEN_VARIABLE,
        endpoint,
    }))
}
