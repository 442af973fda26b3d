//! `keyward cluster user create`

use super::PasswordOptions;
use crate::cli::{Remote, output, receipt};
use clap::Args;
use model::Error;
use model::cluster_role::RoleName;
use model::cluster_user::ClusterUserName;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// What the user signs in as: letters, digits and underscores, a letter first
    user: String,
    /// A role it has; repeat for several
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    #[command(flatten)]
    password: PasswordOptions,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let user = ClusterUserName::new(&arguments.user)?;
    let known = |role: &String| RoleName::new(role).map(|role| role.to_string());
    let roles = arguments.roles.iter().map(known).collect::<Result<Vec<_>, _>>()?;
    let chosen = arguments.password.chosen()?;
    let client = arguments.remote.client()?;
    let mut body = json!({ "username": user.as_str(), "roles": roles });
    if let Some(password) = &chosen {
        body["password"] = json!(password.expose());
    }
    let made = client.post(&super::path(&client, &arguments.cluster)?, &body)?;
    if arguments.remote.json {
        return output::json(&made);
    }
    if chosen.is_none() {
        super::tell_password(user.as_str(), &made)?;
    }
    receipt::tell(&format!("{user} may sign in with {user}:PASSWORD as the token"), &made, false)
}
