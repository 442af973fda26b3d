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
    let left = left_behind(&text(&cluster, "/engine"), &id);
    output::text_block(&format!("Cluster {name} ({id}) is detached. {left}\n"))
}

/// What remains of a cluster that Keyward does not know any more.
fn left_behind(engine: &str, id: &str) -> String {
    if engine == "lite" {
        format!("Its Milvus Lite is stopped; its data stays in the data folder, in clusters/{id}.")
    } else {
        "Its Milvus and its data are as they were.".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_the_data_depends_on_whose_engine_it_is() {
        assert!(left_behind("lite", "in01-1").contains("is stopped; its data stays"));
        assert!(left_behind("attached", "in01-1").contains("as they were"));
    }
}
