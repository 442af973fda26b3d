//! The project's own tasks: what a developer types every day and what the build server runs.
//!
//! Each subcommand is one module with a `run`. This crate must never be a dependency of another
//! one, and no step may reach for a tool without saying so. To add a task: a module here, a variant
//! of [`Task`] with a one-line description, and a line in `CONTRIBUTING.md`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the terminal")]

mod bench;

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
    /// Measure the gateway against its peers
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
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
