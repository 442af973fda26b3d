//! `keyward whitelist replace`

use super::{ChangeOptions, explain};
use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The addresses or blocks that are let in from now on; a description may follow after `=`, as
    /// in 203.0.113.0/24=office
    #[arg(required_unless_present = "open", value_name = "CIDR")]
    entries: Vec<String>,
    /// Empty the list: every address is let in
    #[arg(long, conflicts_with = "entries")]
    open: bool,
    #[command(flatten)]
    change: ChangeOptions,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let project = find::project(&client, arguments.change.project.as_deref())?;
    let body = json!({
        "entries": arguments.entries.iter().map(|text| entry(text)).collect::<Vec<_>>(),
        "confirmLockout": arguments.change.confirm_lockout,
    });
    let path = format!("/v2/projects/{project}/whitelist");
    let replaced = client.put(&path, &body).map_err(explain)?;
    if arguments.remote.json {
        return output::json(&replaced);
    }
    super::table(&super::entries(&replaced))
}

fn entry(text: &str) -> Value {
    let (cidr, description) = text.split_once('=').unwrap_or((text, ""));
    json!({"cidr": cidr, "description": description})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_follow() {
        assert_eq!(entry("10.0.0.0/8"), json!({"cidr": "10.0.0.0/8", "description": ""}));
        assert_eq!(entry("::1=a=b"), json!({"cidr": "::1", "description": "a=b"}));
    }
}
