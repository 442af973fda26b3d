//! `keyward privilege-group create`

use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use model::grant::PrivilegeGroupName;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// What to call it: letters, digits and underscores, no digit first
    group: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let group = PrivilegeGroupName::new(&arguments.group)?;
    let client = arguments.remote.client()?;
    let body = json!({ "groupName": group.as_str() });
    let made = client.post(&super::path(&client, &arguments.cluster)?, &body)?;
    let what = format!("Made privilege group {group}, which holds nothing yet");
    receipt::tell(&what, &made, arguments.remote.json)
}
