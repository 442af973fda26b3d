//! The project's own tasks: what a developer types every day and what the build server runs.
//!
//! Each subcommand is one module. This crate must never be a dependency of another one, and no step
//! may install anything without saying so. To add a task: a module here, a variant of [`Task`] with
//! a one-line description, and a line in `CONTRIBUTING.md`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the terminal")]

mod bench;
mod ci;
mod command;
mod deny;
mod edges;
mod fuzz;
mod properties;
mod setup;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What went wrong, as one sentence for a person.
type Result<T> = std::result::Result<T, String>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Keyward project")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check everything, then test everything: what the build server runs
    Ci,
    /// Install what the tests need, then run all tests
    Test(test::Args),
    /// Install what the tests need
    Setup,
    /// Check the rules about source text that no other tool keeps
    Tidy,
    /// Check that no crate depends on one it must not know
    Edges,
    /// Run what reads strangers' bytes on made-up input
    Fuzz(fuzz::Args),
    /// Hold the gateway's decisions against plain evaluators, on millions of made-up cases
    Properties(properties::Args),
    /// Measure the gateway against its peers
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Ci => ci::run_all(),
        Task::Test(args) => test::run_all(&args),
        Task::Setup => setup(),
        Task::Tidy => tidy::run(),
        Task::Edges => edges::run(),
        Task::Fuzz(args) => fuzz::run_asked(&args),
        Task::Properties(args) => properties::run_asked(&args),
        Task::Bench(args) => bench::run(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Installs the tools and prints the variables for a shell that runs single tests.
fn setup() -> Result<()> {
    for (name, value) in setup::run()? {
        println!("export {name}='{}'", value.display());
    }
    Ok(())
}
