//! `keyward key create`

use super::Role;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it: lower-case letters, digits and hyphens
    #[arg(required_unless_present = "named")]
    name: Option<String>,
    /// The same as `<NAME>`
    #[arg(long = "name", value_name = "NAME", conflicts_with = "name")]
    named: Option<String>,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    /// The project it opens, by name or id [default: the only project]
    #[arg(long)]
    project: Option<String>,
    /// What it may do
    #[arg(long, value_enum, default_value = "read-write")]
    role: Role,
    /// A cluster it opens, by name or id; repeat for several [default: all clusters]
    #[arg(long = "cluster", value_name = "CLUSTER")]
    clusters: Vec<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let project = find::project(&client, arguments.project.as_deref())?;
    let clusters = arguments
        .clusters
        .iter()
        .map(|named| Ok(text(&find::cluster(&client, named)?, "/clusterId")))
        .collect::<Result<Vec<String>, Error>>()?;
    let body = json!({
        "name": arguments.name.as_ref().or(arguments.named.as_ref()),
        "description": arguments.description,
        "projects": [{
            "projectId": project,
            "role": arguments.role.as_str(),
            "allCluster": clusters.is_empty(),
            "clusterIds": clusters,
        }],
    });
    let made: Value = client.post("/v2/api-keys", &body)?;
    if arguments.remote.json {
        return output::json(&made);
    }
    output::fields(&[("ID", text(&made, "/apiKeyId")), ("Key", text(&made, "/apiKey"))])?;
    output::note("The key works now. Keep it where only your application can read it.");
    Ok(())
}
