//! `keyward member set-role`

use super::Role;
use crate::cli::output::text;
use crate::cli::{Remote, find, receipt};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The member, by e-mail address or id
    member: String,
    /// What they are to be
    #[arg(value_enum)]
    role: Role,
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
    let path = format!("{list}/{}", text(&member, "/userId"));
    let role = arguments.role.as_str();
    let changed = client.put(&path, &json!({ "role": role }))?;
    let what = format!("{} is {role} now", text(&member, "/email"));
    receipt::tell(&what, &changed, arguments.remote.json)
}
