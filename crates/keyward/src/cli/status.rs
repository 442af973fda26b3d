//! `keyward status`

use super::output;
use super::{Remote, cluster};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    client.get("/healthz")?;
    let clusters = client.list("/v2/clusters", "clusters")?;
    if arguments.remote.json {
        return output::json(&json!({
            "status": "ok",
            "controlUrl": client.base(),
            "clusters": clusters,
        }));
    }
    output::text_block(&format!("Keyward runs; its control API is {}\n\n", client.base()))?;
    cluster::table(&clusters)
}
