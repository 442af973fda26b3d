//! `keyward project create`

use crate::cli::{Remote, output};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// What to call it; unique in the organization
    name: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = client.post("/v2/projects", &json!({ "projectName": arguments.name }))?;
    if arguments.remote.json {
        return output::json(&json!({ "projectId": id }));
    }
    output::fields(&[
        ("ID", id.as_str().unwrap_or_default().to_owned()),
        ("Name", arguments.name.clone()),
    ])?;
    output::note(&format!(
        "It has a default key: keyward key list --project {}, then keyward key show ID --secret",
        id.as_str().unwrap_or_default()
    ));
    Ok(())
}
