//! `keyward member remove`

use crate::cli::output::text;
use crate::cli::{Remote, confirm, find, receipt};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The member, by e-mail address or id
    member: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let list = format!("/v2/organizations/{id}/members");
    let member = find::member(&client, &list, &arguments.member)?;
    let email = text(&member, "/email");
    let warning = format!("{email} loses all projects of the organization, and their keys die.");
    confirm::by_name(&warning, &email, arguments.yes)?;
    let removed = client.delete(&format!("{list}/{}", text(&member, "/userId")))?;
    let what = format!("Removed {email}: no gateway admits their keys any more");
    receipt::tell(&what, &removed, arguments.remote.json)
}
