//! `keyward privilege-group list`

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
    let groups = answer.get("privilegeGroups").and_then(Value::as_array);
    let rows: Vec<_> = groups
        .into_iter()
        .flatten()
        .map(|group| {
            let kind = if text(group, "/builtIn") == "true" { "built in" } else { "made" };
            let privileges = group.get("privileges").and_then(Value::as_array);
            let privileges: Vec<_> =
                privileges.into_iter().flatten().filter_map(Value::as_str).collect();
            vec![text(group, "/groupName"), kind.to_owned(), privileges.join(", ")]
        })
        .collect();
    output::table(&["GROUP", "", "HOLDS"], &rows)
}
