//! Runs every test of the workspace, after installing what they need.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::command::{cargo, run, target, works};
use crate::{Result, setup};

/// Starts a PostgreSQL server and keeps it while its standard input is open.
const SERVER: &str = "postgres-for-tests";

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
    let nextest = works(cargo().args(["nextest", "--version"]));
    let mut command = cargo();
    if nextest {
        command.args(["nextest", "run", "--workspace"]).args(&args.filters);
    } else {
        println!("test: cargo-nextest is not installed, so cargo test runs the tests");
        command.args(["test", "--workspace", "--lib", "--bins", "--tests"]);
        command.args(["--no-fail-fast", "--"]).args(&args.filters);
    }
    if args.filters.is_empty() {
        // Every page in both themes and as on a phone, for the build server to keep.
        command.env("KEYWARD_TEST_PICTURES", target().join("pictures"));
    }
    let postgres = Postgres::start()?;
    run(command.envs(variables).env("KEYWARD_TEST_POSTGRES", &postgres.place))?;
    if !args.filters.is_empty() {
        return Ok(());
    }
    println!("test: the control API once more, on PostgreSQL");
    let mut again = cargo();
    again.args(if nextest { &["nextest", "run"][..] } else { &["test"] });
    again.args(["--package", "control", "--test", "api"]);
    again.env("KEYWARD_TEST_ENGINE", "postgres");
    run(again.env("KEYWARD_TEST_POSTGRES", &postgres.place))
}

/// The PostgreSQL server that the tests of one run share; stopped when it is dropped.
struct Postgres {
    process: Child,
    place: String,
}

impl Postgres {
    fn start() -> Result<Self> {
        run(cargo().args(["build", "--quiet", "--package", "testkit", "--bin", SERVER]))?;
        let mut command = Command::new(target().join("debug").join(SERVER));
        let failed = |error| format!("{SERVER}: {error}");
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let mut place = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut place).map_err(failed)?;
        }
        let place = place.trim().to_owned();
        if place.is_empty() {
            Err(format!("{SERVER} started no server"))
        } else {
            Ok(Self { process, place })
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
