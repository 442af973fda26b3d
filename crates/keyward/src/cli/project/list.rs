//! `keyward project list`

use crate::cli::Remote;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let projects = arguments.remote.client()?.get("/v2/projects")?;
    if arguments.remote.json {
        return output::json(&json!({ "projects": projects }));
    }
    let rows: Vec<Vec<String>> = projects
        .as_array()
        .into_iter()
        .flatten()
        .map(|project: &Value| {
            vec![
                text(project, "/projectId"),
                text(project, "/projectName"),
                text(project, "/instanceCount"),
                text(project, "/createTime"),
            ]
        })
        .collect();
    output::table(&["ID", "NAME", "CLUSTERS", "MADE AT"], &rows)
}
