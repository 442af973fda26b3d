//! `cargo xtask properties`: the decisions held against plain evaluators, on many more made-up
//! cases than every test run takes.
//!
//! The tests are the same ones, told by a variable how often as many cases they take. To add such
//! a test: take its number of cases from there, and name it in [`TESTS`].

use crate::Result;
use crate::command::{cargo, run};

/// How a test is told.
const TIMES: &str = "KEYWARD_CASES_TIMES";

/// The tests: what stands behind `cargo test`.
const TESTS: &[&[&str]] =
    &[&["-p", "gateway", "--test", "engine", "naive"], &["-p", "milvus", "--lib", "scan"]];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How often as many cases as usual
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    times: u32,
}

/// Runs them.
pub(crate) fn run_asked(args: &Args) -> Result<()> {
    for test in TESTS {
        run(cargo().args(["test", "--release"]).args(*test).env(TIMES, args.times.to_string()))?;
    }
    Ok(())
}
