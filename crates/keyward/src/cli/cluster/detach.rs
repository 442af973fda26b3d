//! `keyward cluster detach`

use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::{Error, ErrorKind};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// Delete the data of a Milvus Lite too, for good
    #[arg(long)]
    delete_data: bool,
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
    let warning = if arguments.delete_data {
        format!("{warning} Its data will be deleted for good.")
    } else {
        warning
    };
    confirm::by_name(&warning, &name, arguments.yes)?;
    let detached =
        client.delete(&format!("/v2/clusters/{id}/drop?deleteData={}", arguments.delete_data))?;
    if arguments.remote.json {
        return output::json(&detached);
    }
    let became = text(&detached, "/prompt");
    if arguments.delete_data && text(&detached, "/dataDeleted") != "true" {
        return Err(Error::new(ErrorKind::Unavailable, became));
    }
    output::text_block(&format!("Cluster {name} ({id}): {became}\n"))
}
