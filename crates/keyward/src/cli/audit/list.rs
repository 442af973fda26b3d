//! `keyward audit list`

use super::Filters;
use crate::cli::Remote;
use crate::cli::client::Client;
use crate::cli::output::{self, text};
use clap::Args;
use model::Error;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    filters: Filters,
    /// How many records
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let path = arguments.filters.path("/v2/audit");
    let path = unmoved(&client, &path)?;
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

/// The same list without what happens while its pages are read.
fn unmoved(client: &Client, path: &str) -> Result<String, Error> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let newest = client.get(&format!("{path}{mark}pageSize=1"))?;
    let number = text(&newest, "/audits/0/number");
    let up_to = if number.is_empty() { "0" } else { &number };
    Ok(format!("{path}{mark}upTo={up_to}"))
}
