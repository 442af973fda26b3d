//! `keyward cluster user list`

use super::names;
use crate::cli::Remote;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::Value;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let answer = client.get(&super::path(&client, &arguments.cluster)?)?;
    if arguments.remote.json {
        return output::json(&answer);
    }
    let users = answer.get("users").and_then(Value::as_array);
    let rows: Vec<_> = users
        .into_iter()
        .flatten()
        .map(|user| {
            vec![
                text(user, "/username"),
                names(user, "roles"),
                text(user, "/createTime"),
                text(user, "/passwordSetTime"),
            ]
        })
        .collect();
    output::table(&["USER", "ROLES", "MADE AT", "PASSWORD SET AT"], &rows)
}
