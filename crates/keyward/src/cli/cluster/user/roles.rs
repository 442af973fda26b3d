//! `keyward cluster user grant` and `revoke`: which roles a user has.

use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use model::cluster_role::RoleName;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The user
    user: String,
    /// The role: one you made, or `db_admin`, `db_rw`, `db_ro`
    role: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn grant(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.user)?;
    let role = RoleName::new(&arguments.role)?;
    let changed =
        client.post(&format!("{path}/roles"), &json!({ "roleName": role.to_string() }))?;
    receipt::tell(&said(arguments, "has"), &changed, arguments.remote.json)
}

pub(super) fn revoke(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.user)?;
    let role = RoleName::new(&arguments.role)?;
    let changed = client.delete(&format!("{path}/roles?roleName={role}"))?;
    receipt::tell(&said(arguments, "has no longer"), &changed, arguments.remote.json)
}

fn said(arguments: &Arguments, has: &str) -> String {
    format!("{} {has} the role {}", arguments.user, arguments.role)
}
