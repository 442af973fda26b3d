//! `keyward whitelist add`

use super::{ChangeOptions, explain};
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// An address or a block of addresses, such as 203.0.113.0/24 or `2001:db8::/32`
    cidr: String,
    /// What is there
    #[arg(long, default_value = "")]
    description: String,
    #[command(flatten)]
    change: ChangeOptions,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let project = find::project(&client, arguments.change.project.as_deref())?;
    let body = json!({
        "cidr": arguments.cidr,
        "description": arguments.description,
        "confirmLockout": arguments.change.confirm_lockout,
    });
    let path = format!("/v2/projects/{project}/whitelist");
    let added = client.post(&path, &body).map_err(explain)?;
    if arguments.remote.json {
        return output::json(&added);
    }
    let (cidr, id) = (text(&added, "/cidr"), text(&added, "/entryId"));
    output::text_block(&format!("{cidr} ({id}) is let in; what is not listed is refused.\n"))
}
