//! `keyward cluster show`

use crate::cli::{Remote, find, output};
use clap::Args;
use model::Error;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The cluster, by name or id
    cluster: String,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let cluster = find::cluster(&arguments.remote.client()?, &arguments.cluster)?;
    if arguments.remote.json {
        return output::json(&cluster);
    }
    super::details(&cluster)
}
