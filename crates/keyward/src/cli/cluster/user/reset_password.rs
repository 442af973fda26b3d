//! `keyward cluster user reset-password`

use super::PasswordOptions;
use crate::cli::{Remote, receipt};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The user
    user: String,
    #[command(flatten)]
    password: PasswordOptions,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let chosen = arguments.password.chosen()?;
    let client = arguments.remote.client()?;
    let path = super::path_of(&client, &arguments.cluster, &arguments.user)?;
    let body = chosen
        .as_ref()
        .map_or_else(|| json!({}), |password| json!({ "password": password.expose() }));
    let changed = client.post(&format!("{path}/password"), &body)?;
    let (user, json) = (&arguments.user, arguments.remote.json);
    if chosen.is_none() && !json {
        // First of all: it is shown only this once.
        super::tell_password(user, &changed)?;
    }
    receipt::tell(&format!("{user} has another password"), &changed, json)
}
