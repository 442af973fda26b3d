//! `keyward project show`

use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The project, by name or id
    project: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::project(&client, Some(&arguments.project))?;
    let project = client.get(&format!("/v2/projects/{id}"))?;
    if arguments.remote.json {
        return output::json(&project);
    }
    super::details(&project)
}
