//! `keyward cluster role list`

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
    let roles = answer.get("roles").and_then(Value::as_array);
    let rows: Vec<_> = roles
        .into_iter()
        .flatten()
        .map(|role| {
            let kind = if text(role, "/builtIn") == "true" { "built in" } else { "made" };
            vec![text(role, "/roleName"), kind.to_owned(), text(role, "/description")]
        })
        .collect();
    output::table(&["ROLE", "", "DESCRIPTION"], &rows)
}
