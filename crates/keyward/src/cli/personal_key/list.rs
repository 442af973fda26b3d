//! `keyward personal-key list`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Those of another member, by e-mail address or id, for owners
    #[arg(long)]
    member: Option<String>,
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let mut path = format!("/v2/organizations/{id}/personalKeys");
    if let Some(named) = &arguments.member {
        let members = format!("/v2/organizations/{id}/members");
        let member = find::member(&client, &members, named)?;
        path = format!("{path}?userId={}", text(&member, "/userId"));
    }
    let keys = client.list(&path, "apiKeys")?;
    if arguments.remote.json {
        return output::json(&json!({ "apiKeys": keys }));
    }
    let places = ["/apiKeyId", "/name", "/description", "/createTime"];
    let rows: Vec<_> =
        keys.iter().map(|key| places.map(|place| text(key, place)).to_vec()).collect();
    output::table(&["ID", "NAME", "DESCRIPTION", "MADE AT"], &rows)
}
