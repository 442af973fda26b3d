//! `keyward privilege-group add`, `remove` and `set`

use crate::cli::client::query;
use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The group
    group: String,
    /// The privileges; a group stands for what it holds now
    #[arg(required = true)]
    privileges: Vec<String>,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Whole {
    /// The cluster, by name or id
    cluster: String,
    /// The group
    group: String,
    /// All that it holds from now on; none to empty it. A group stands for what it holds now
    privileges: Vec<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn set(arguments: &Whole) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.group)?;
    let body = json!({ "privileges": arguments.privileges });
    let changed = client.put(&format!("{path}/privileges"), &body)?;
    let what = match arguments.privileges.as_slice() {
        [] => "nothing".to_owned(),
        some => some.join(", "),
    };
    let said = format!("{} now holds {what}", arguments.group);
    receipt::tell(&said, &changed, arguments.remote.json)
}

pub(super) fn add(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.group)?;
    let body = json!({ "privileges": arguments.privileges });
    let changed = client.post(&format!("{path}/privileges"), &body)?;
    receipt::tell(&said(arguments, "holds"), &changed, arguments.remote.json)
}

/// Takes them one after another; what the last one left is the answer.
pub(super) fn remove(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.group)?;
    let mut changed = Value::Null;
    for privilege in &arguments.privileges {
        let asked = format!("{path}/privileges?privilege={}", query(privilege));
        changed = client.delete(&asked)?;
    }
    receipt::tell(&said(arguments, "no longer holds"), &changed, arguments.remote.json)
}

fn said(arguments: &Arguments, has: &str) -> String {
    format!("{} {has} {}", arguments.group, arguments.privileges.join(", "))
}
