//! `keyward cluster detach`

use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let cluster = find::cluster(&client, &arguments.cluster)?;
    let (id, name) = (text(&cluster, "/clusterId"), text(&cluster, "/clusterName"));
    let warning = format!("Cluster {name} ({id}) will not be reachable through Keyward any more.");
    confirm::by_name(&warning, &name, arguments.yes)?;
    let detached = client.delete(&format!("/v2/clusters/{id}/drop"))?;
    if arguments.remote.json {
        return output::json(&detached);
    }
    output::text_block(&format!(
        "Cluster {name} ({id}) is detached. Its Milvus and its data are as they were.\n"
    ))
}
