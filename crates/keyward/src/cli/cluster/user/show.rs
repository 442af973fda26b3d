//! `keyward cluster user show`

use super::names;
use crate::cli::Remote;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    /// The user
    user: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let user = client.get(&super::path_of(&client, &arguments.cluster, &arguments.user)?)?;
    if arguments.remote.json {
        return output::json(&user);
    }
    output::fields(&[
        ("User", text(&user, "/username")),
        ("Roles", names(&user, "roles")),
        ("Made at", text(&user, "/createTime")),
        ("Password set at", text(&user, "/passwordSetTime")),
    ])
}
