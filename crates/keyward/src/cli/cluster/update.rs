//! `keyward cluster update`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// What to call it from now on
    #[arg(long, required_unless_present = "description")]
    name: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = text(&find::cluster(&client, &arguments.cluster)?, "/clusterId");
    let mut body = json!({});
    if let Some(name) = &arguments.name {
        body["clusterName"] = name.as_str().into();
    }
    if let Some(description) = &arguments.description {
        body["description"] = description.as_str().into();
    }
    let updated = client.patch(&format!("/v2/clusters/{id}"), &body)?;
    if arguments.remote.json {
        return output::json(&updated);
    }
    super::details(&updated)
}
