//! `keyward cluster role show`

use crate::cli::Remote;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::Value;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The role
    role: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let role = client.get(&super::path_of(&client, &arguments.cluster, &arguments.role)?)?;
    if arguments.remote.json {
        return output::json(&role);
    }
    let users = role.get("users").and_then(Value::as_array);
    let users: Vec<_> = users.into_iter().flatten().filter_map(Value::as_str).collect();
    output::fields(&[
        ("Role", text(&role, "/roleName")),
        ("Description", text(&role, "/description")),
        ("Users", users.join(", ")),
    ])?;
    let grants = role.get("grants").and_then(Value::as_array).into_iter().flatten();
    let rows: Vec<_> = grants
        .map(|grant| {
            ["/privilege", "/database", "/collection", "/grantor"]
                .map(|place| text(grant, place))
                .to_vec()
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    output::text_block("\n")?;
    output::table(&["GRANTED", "DATABASE", "COLLECTION", "BY"], &rows)
}
