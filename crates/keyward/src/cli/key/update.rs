//! `keyward key update`

use super::Role;
use super::options::{self, Bounds};
use crate::cli::client::Client;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The key, by name or id
    key: String,
    /// A new name
    #[arg(long)]
    name: Option<String>,
    /// A new description
    #[arg(long)]
    description: Option<String>,
    /// A new role
    #[arg(long, value_enum)]
    role: Option<Role>,
    /// The clusters it opens from now on, by name or id; repeat for several
    #[arg(long = "cluster", value_name = "CLUSTER", conflicts_with = "all_clusters")]
    clusters: Vec<String>,
    /// Open every cluster of the project from now on
    #[arg(long)]
    all_clusters: bool,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let key = find::key(&client, &arguments.key)?;
    let id = text(&key, "/apiKeyId");
    let body = replacement(&client, arguments, &key)?;
    let updated = client.patch(&format!("/v2/api-keys/{id}"), &body)?;
    if arguments.remote.json {
        return output::json(&updated);
    }
    output::text_block(&format!("Key {id} is changed, on every gateway.\n"))
}

/// What is to change: what is not named stays as it is.
fn replacement(client: &Client, arguments: &Arguments, key: &Value) -> Result<Value, Error> {
    let mut body = json!({});
    for (field, value) in [("name", &arguments.name), ("description", &arguments.description)] {
        if let Some(value) = value {
            body[field] = json!(value);
        }
    }
    arguments.bounds.write(&mut body)?;
    let mut narrowing = json!({});
    let narrows = arguments.bounds.narrow(&mut narrowing)
        || arguments.role.is_some()
        || arguments.all_clusters
        || !arguments.clusters.is_empty();
    if !narrows {
        return Ok(body);
    }
    let Some(access) = key.pointer("/projects/0") else {
        return Err(Error::invalid(
            "this is a personal key: it opens what its owner may, and has no role, clusters or data",
        ));
    };
    body["projects"] = json!([grant(client, arguments, access, &narrowing)?]);
    Ok(body)
}

/// What the key opens, as a whole: the API replaces it as one.
fn grant(
    client: &Client,
    arguments: &Arguments,
    access: &Value,
    narrowing: &Value,
) -> Result<Value, Error> {
    let (all, clusters) = if arguments.all_clusters || !arguments.clusters.is_empty() {
        (arguments.all_clusters, options::clusters(client, &arguments.clusters)?)
    } else {
        kept_clusters(access)
    };
    let role =
        arguments.role.map_or_else(|| text(access, "/role"), |role| role.as_str().to_owned());
    let mut grant = json!({
        "projectId": text(access, "/projectId"),
        "role": role,
        "allCluster": all,
        "clusterIds": clusters,
    });
    for field in ["databases", "collections", "privileges"] {
        if let Some(list) = narrowing.get(field).or_else(|| access.get(field)) {
            grant[field] = list.clone();
        }
    }
    Ok(grant)
}

fn kept_clusters(access: &Value) -> (bool, Vec<String>) {
    let all = access.get("allCluster").and_then(Value::as_bool) == Some(true);
    let clusters = access.get("clusters").and_then(Value::as_array);
    let ids = clusters.into_iter().flatten().map(|cluster| text(cluster, "/clusterId"));
    (all, ids.collect())
}
