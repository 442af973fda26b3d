//! `bench rest`: what REST costs, in front of a real Milvus and directly on it.
//!
//! The program `bench-rest` of `testkit` runs the server and the shipped program and prints what it
//! measured; this module builds both, shows the figures and holds them against the bars. The
//! package with the real Milvus exists for `x86_64` Linux, and a namespace for it needs root.

mod figures;
mod report;

use super::helper::Programs;
use crate::Result;
use crate::setup;
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
    /// How often each measurement is taken
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of each measurement
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Dimension of the vectors
    #[arg(long, default_value_t = 768)]
    dimension: usize,
    /// Measure a development build: quick to make, and its numbers say nothing
    #[arg(long)]
    dev: bool,
}

/// Runs it. Only the servers' time is counted, so what measures needs no optimisation.
pub(super) fn run(args: &Args) -> Result<()> {
    let milvus = setup::milvus()?;
    let programs = Programs::build("bench-rest", !args.dev, false)?;
    let (machine, measured) = programs.measure(|command| {
        command.arg("--milvus").arg(&milvus);
        command.args(["--rounds", &args.rounds.to_string()]);
        command.args(["--seconds", &args.seconds.to_string()]);
        command.args(["--dimension", &args.dimension.to_string()]);
    })?;
    let page = report::page(machine, Measured(measured));
    page.show(args.json.as_deref(), args.markdown.as_deref())
}
