//! `keyward cluster list`

use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Clusters of this project only, by name or id
    #[arg(long)]
    project: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = match &arguments.project {
        Some(named) => {
            let id = find::project(&client, Some(named))?;
            format!("/v2/clusters?projectId={id}")
        }
        None => "/v2/clusters".to_owned(),
    };
    let clusters = client.list(&path, "clusters")?;
    if arguments.remote.json {
        return output::json(&json!({ "clusters": clusters }));
    }
    super::table(&clusters)
}
