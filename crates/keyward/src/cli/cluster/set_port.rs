//! `keyward cluster set-port`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The gateway port that is to be its own
    #[arg(required_unless_present_any = ["free", "none"], conflicts_with_all = ["free", "none"])]
    port: Option<u16>,
    /// Choose a free port above the gateway's
    #[arg(long, conflicts_with = "none")]
    free: bool,
    /// Take its port away
    #[arg(long)]
    none: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = text(&find::cluster(&client, &arguments.cluster)?, "/clusterId");
    let path = format!("/v2/clusters/{id}/port");
    let changed = match arguments.port {
        Some(port) => client.put(&path, &json!({ "port": port }))?,
        None if arguments.free => client.put(&path, &json!({ "free": true }))?,
        None => client.delete(&path)?,
    };
    if arguments.remote.json {
        return output::json(&changed);
    }
    super::details(&changed)
}
