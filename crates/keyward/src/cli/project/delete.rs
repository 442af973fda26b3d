//! `keyward project delete`

use crate::cli::output::text;
use crate::cli::{Remote, confirm, find, receipt};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The project, by name or id
    project: String,
    /// Detach its clusters, too; their Milvus and the data in it stay as they are
    #[arg(long)]
    detach_clusters: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::project(&client, Some(&arguments.project))?;
    let project = client.get(&format!("/v2/projects/{id}"))?;
    let name = text(&project, "/projectName");
    let warning = format!("Project {name} goes, and its keys stop working at once.");
    confirm::by_name(&warning, &name, arguments.yes)?;
    let path = format!("/v2/projects/{id}?force={}", arguments.detach_clusters);
    let deleted = client.delete(&path)?;
    let keys = text(&deleted, "/deletedKeys");
    let what = format!("Deleted project {name} ({id}) with {keys} keys: no gateway admits them");
    receipt::tell(&what, &deleted, arguments.remote.json)
}
