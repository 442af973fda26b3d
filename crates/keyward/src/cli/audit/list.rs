//! `keyward audit list`

use crate::cli::Remote;
use crate::cli::client::query;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Records about this key, cluster, project, organization or user only, by id
    #[arg(long, value_name = "ID")]
    resource: Option<String>,
    /// How many records
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = match &arguments.resource {
        Some(id) => format!("/v2/audit?resource={}", query(id)),
        None => "/v2/audit".to_owned(),
    };
    let records = client.first(&path, "audits", arguments.limit as usize)?;
    if arguments.remote.json {
        return output::json(&json!({ "audits": records }));
    }
    let row = |record: &Value| {
        vec![
            text(record, "/number"),
            text(record, "/time"),
            text(record, "/actor"),
            text(record, "/action"),
            text(record, "/outcome"),
            text(record, "/resource"),
            text(record, "/detail"),
        ]
    };
    let rows: Vec<_> = records.iter().map(row).collect();
    let headings = ["NO", "TIME", "ACTOR", "ACTION", "OUTCOME", "ABOUT", "DETAIL"];
    output::table(&headings, &rows)
}
