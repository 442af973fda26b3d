//! `keyward invitation list`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let path = format!("/v2/organizations/{id}/invitations");
    let all = client.list(&path, "invitations")?;
    if arguments.remote.json {
        return output::json(&json!({ "invitations": all }));
    }
    let places = ["/invitationId", "/email", "/role", "/status", "/inviterName", "/expireTime"];
    let rows: Vec<_> =
        all.iter().map(|one| places.map(|place| text(one, place)).to_vec()).collect();
    output::table(&["ID", "E-MAIL", "ROLE", "STATUS", "SENT BY", "UNTIL"], &rows)
}
