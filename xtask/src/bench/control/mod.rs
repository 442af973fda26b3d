//! `bench control`: the control plane with many keys, on SQLite and on PostgreSQL.
//!
//! The program `bench-control` of `testkit` seeds a database, runs the shipped program on it and
//! prints what it measured; this module builds both, shows the figures and holds them against the
//! bars. To show one more figure: a row in [`figures::ROWS`].

mod figures;
mod report;

use super::helper::Programs;
use crate::Result;
use figures::Measured;
#[cfg(test)]
pub(super) use report::WORDS;
use std::path::PathBuf;

/// How to measure.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Write all figures to this file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report to this file as Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// API keys in the database
    #[arg(long, default_value_t = 1_000_000)]
    keys: u32,
    /// Projects they are spread over [default: one for each hundred keys]
    #[arg(long)]
    projects: Option<u32>,
    /// Databases to measure on: sqlite, postgres
    #[arg(long, value_delimiter = ',', default_values_t = ["sqlite", "postgres"].map(str::to_owned))]
    engines: Vec<String>,
    /// Seconds for which keys are made, each time
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Callers at once where several call
    #[arg(long, default_value_t = 16)]
    callers: u32,
    /// Measure a development build: quick to make, and its numbers say nothing
    #[arg(long)]
    dev: bool,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<()> {
    let projects = args.projects.unwrap_or((args.keys / 100).max(1));
    let programs = Programs::build("bench-control", !args.dev, !args.dev)?;
    let (machine, measured) = programs.measure(|command| {
        command.args(["--engines", &args.engines.join(",")]);
        command.args(["--keys", &args.keys.to_string(), "--projects", &projects.to_string()]);
        command.args(["--seconds", &args.seconds.to_string()]);
        command.args(["--callers", &args.callers.to_string()]);
    })?;
    let page = report::page(machine, Measured(measured));
    page.show(args.json.as_deref(), args.markdown.as_deref())
}
