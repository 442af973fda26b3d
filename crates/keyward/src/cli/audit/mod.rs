//! `keyward audit`: the audit trail.

mod export;
mod list;
mod verify;

use super::client::query;
use clap::{Args, Subcommand};
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List what happened, newest first.
    List(list::Arguments),
    /// Write what happened as JSON lines, oldest first.
    Export(export::Arguments),
    /// Check that no record was altered or removed.
    Verify(verify::Arguments),
}

/// Which records are meant.
#[derive(Debug, Args)]
struct Filters {
    /// Records about this key, cluster, project, organization or user only, by id
    #[arg(long, value_name = "ID")]
    resource: Option<String>,
    /// Records of this project only, by id
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// What this person or key did only, by id, or `operator`
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// This act only, such as key.delete, or all that begin so if it ends in a dot, as in `key.`
    #[arg(long)]
    action: Option<String>,
    /// Acts that were done, or those that were refused
    #[arg(long, value_parser = ["done", "refused"])]
    outcome: Option<String>,
    /// From this moment on, in UTC, such as 2026-11-23T18:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before this moment, in UTC
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Requests from this address only
    #[arg(long, value_name = "IP")]
    address: Option<String>,
    /// Records with this text only
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl Filters {
    /// The path with the filters as its query.
    fn path(&self, path: &str) -> String {
        let given = [
            ("resource", &self.resource),
            ("projectId", &self.project),
            ("actor", &self.actor),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
            ("address", &self.address),
            ("search", &self.search),
        ];
        let pairs: Vec<_> = given
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", query(value.as_deref()?))))
            .collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Verify(arguments) => verify::run(arguments),
    }
}
