//! `keyward project list`

use crate::cli::Remote;
use crate::cli::client::query;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Projects with this text in their name or id only
    #[arg(long)]
    search: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let search = arguments.search.as_deref().map(query);
    let path = search.map_or_else(
        || "/v2/projects".to_owned(),
        |search| format!("/v2/projects?search={search}"),
    );
    let projects = arguments.remote.client()?.list(&path, "projects")?;
    if arguments.remote.json {
        return output::json(&json!({ "projects": projects }));
    }
    let fields = ["/projectId", "/projectName", "/instanceCount", "/createTime"];
    let row = |project: &Value| fields.iter().map(|field| text(project, field)).collect();
    let rows: Vec<Vec<String>> = projects.iter().map(row).collect();
    output::table(&["ID", "NAME", "CLUSTERS", "MADE AT"], &rows)
}
