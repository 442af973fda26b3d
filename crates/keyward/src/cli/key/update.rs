//! `keyward key update`

use super::Role;
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
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let key = find::key(&client, &arguments.key)?;
    let id = text(&key, "/apiKeyId");
    let body = replacement(&client, arguments, &key)?;
    let updated = client.put(&format!("/v2/api-keys/{id}"), &body)?;
    if arguments.remote.json {
        return output::json(&updated);
    }
    output::text_block(&format!("Key {id} is changed, on every gateway.\n"))
}

/// The whole record as it is to be: what is not changed stays as it is.
fn replacement(client: &Client, arguments: &Arguments, key: &Value) -> Result<Value, Error> {
    let or_kept =
        |new: &Option<String>, place: &str| new.clone().unwrap_or_else(|| text(key, place));
    let mut body = json!({
        "name": or_kept(&arguments.name, "/name"),
        "description": or_kept(&arguments.description, "/description"),
    });
    let narrows = !arguments.clusters.is_empty() || arguments.all_clusters;
    let Some(access) = key.pointer("/projects/0") else {
        if narrows || arguments.role.is_some() {
            return Err(Error::invalid(
                "this is a personal key: it opens what its owner may, and has no role or clusters",
            ));
        }
        return Ok(body);
    };
    let (all, clusters) = if narrows {
        let ids = arguments
            .clusters
            .iter()
            .map(|named| Ok(text(&find::cluster(client, named)?, "/clusterId")))
            .collect::<Result<Vec<String>, Error>>()?;
        (arguments.all_clusters, ids)
    } else {
        kept_clusters(access)
    };
    let role =
        arguments.role.map_or_else(|| text(access, "/role"), |role| role.as_str().to_owned());
    body["projects"] = json!([{
        "projectId": text(access, "/projectId"),
        "role": role,
        "allCluster": all,
        "clusterIds": clusters,
    }]);
    Ok(body)
}

fn kept_clusters(access: &Value) -> (bool, Vec<String>) {
    let all = access.get("allCluster").and_then(Value::as_bool) == Some(true);
    let clusters = access.get("clusters").and_then(Value::as_array);
    let ids = clusters.into_iter().flatten().map(|cluster| text(cluster, "/clusterId"));
    (all, ids.collect())
}
