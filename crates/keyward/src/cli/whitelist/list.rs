//! `keyward whitelist list`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The project, by name or id [default: the only project]
    #[arg(long)]
    project: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let project = find::project(&client, arguments.project.as_deref())?;
    let whitelist = client.get(&format!("/v2/projects/{project}/whitelist"))?;
    if arguments.remote.json {
        return output::json(&whitelist);
    }
    super::table(&super::entries(&whitelist))?;
    let own = text(&whitelist, "/yourAddress");
    let admitted = text(&whitelist, "/yourAddressAdmitted") == "true";
    let verdict = if admitted { "is let in" } else { "is refused by the gateway" };
    output::note(&format!("Your address, {own}, {verdict}."));
    Ok(())
}
