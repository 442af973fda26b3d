//! Runs every test of the workspace, after installing what they need.

use crate::command::{cargo, run, works};
use crate::{Result, setup};

/// What to test.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Run only the tests whose names contain one of these
    filters: Vec<String>,
}

/// Installs the tools, then runs the tests in the documentation and all others.
pub(crate) fn run_all(args: &Args) -> Result<()> {
    let variables = setup::run()?;
    if args.filters.is_empty() {
        run(cargo().args(["test", "--workspace", "--doc", "--quiet"]))?;
    }
    let mut command = cargo();
    if works(cargo().args(["nextest", "--version"])) {
        command.args(["nextest", "run", "--workspace"]).args(&args.filters);
    } else {
        println!("test: cargo-nextest is not installed, so cargo test runs the tests");
        command.args(["test", "--workspace", "--lib", "--bins", "--tests"]);
        command.args(["--no-fail-fast", "--"]).args(&args.filters);
    }
    run(command.envs(variables))
}
