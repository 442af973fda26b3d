//! `keyward cluster suspend` and `keyward cluster resume`

use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find};
use clap::Args;
use model::Error;
use serde_json::json;

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

#[derive(Debug, Args)]
pub(in crate::cli) struct ResumeArguments {
    /// The cluster, by name or id
    cluster: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let cluster = find::cluster(&client, &arguments.cluster)?;
    let (id, name) = (text(&cluster, "/clusterId"), text(&cluster, "/clusterName"));
    let warning =
        format!("Every call to cluster {name} ({id}) will be refused until it is resumed.");
    confirm::by_name(&warning, &name, arguments.yes)?;
    switch(&arguments.remote, &id, "suspend")
}

/// Serves a suspended cluster again.
pub(super) fn resume(arguments: &ResumeArguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = text(&find::cluster(&client, &arguments.cluster)?, "/clusterId");
    switch(&arguments.remote, &id, "resume")
}

fn switch(remote: &Remote, id: &str, verb: &str) -> Result<(), Error> {
    let switched = remote.client()?.post(&format!("/v2/clusters/{id}/{verb}"), &json!({}))?;
    if remote.json {
        return output::json(&switched);
    }
    output::text_block(&format!("{}\n", text(&switched, "/prompt")))
}
