//! `keyward cluster role create`

use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use model::cluster_role::ClusterRoleName;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// What to call it: letters, digits and underscores, no digit first
    role: String,
    /// What it is for
    #[arg(long, default_value = "")]
    description: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let role = ClusterRoleName::new(&arguments.role)?;
    let client = arguments.remote.client()?;
    let body = json!({ "roleName": role.as_str(), "description": arguments.description });
    let made = client.post(&super::path(&client, &arguments.cluster)?, &body)?;
    receipt::tell(
        &format!("Made role {role}, which holds nothing yet"),
        &made,
        arguments.remote.json,
    )
}
