//! `keyward project rename`

use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The project, by name or id
    project: String,
    /// What to call it from now on
    name: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::project(&client, Some(&arguments.project))?;
    let body = json!({ "projectName": arguments.name });
    let project = client.patch(&format!("/v2/projects/{id}"), &body)?;
    if arguments.remote.json {
        return output::json(&project);
    }
    super::details(&project)
}
