//! What the build server runs, and what to run before handing in a change.
//!
//! The checks that only read are all run, so that one run shows everything that is wrong; the tests
//! run last and only when the checks pass. To add a check: a line in [`CHECKS`].

use std::time::{Duration, Instant};

use crate::command::{cargo, run};
use crate::{Result, deny, edges, fuzz, test, tidy};

type Check = (&'static str, fn() -> Result<()>);

const CHECKS: &[Check] = &[
    ("tidy", tidy::run),
    ("fmt", || run(cargo().args(["fmt", "--all", "--check"]))),
    ("edges", edges::run),
    ("deny", deny::check),
    ("clippy", clippy),
    ("doc", doc),
];

/// Runs the checks, then the tests.
pub(crate) fn run_all() -> Result<()> {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        if let Err(sentence) = timed(name, check) {
            eprintln!("{name}: {sentence}");
            failed.push(*name);
        }
    }
    if !failed.is_empty() {
        return Err(format!("these checks failed: {}; the tests did not run", failed.join(", ")));
    }
    timed("fuzz", fuzz::briefly)?;
    timed("test", || test::run_all(&test::Args::default()))
}

fn clippy() -> Result<()> {
    run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn doc() -> Result<()> {
    let mut command = cargo();
    command.args(["doc", "--workspace", "--no-deps", "--document-private-items"]);
    run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Runs one step between two lines that name it.
fn timed(name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("=== {name}");
    let start = now();
    let done = step();
    let word = if done.is_ok() { "done" } else { "FAILED" };
    println!("=== {name} {word} in {} s", since(start).as_secs());
    done
}

#[expect(clippy::disallowed_methods, reason = "how long a step took is told, never decided on")]
fn now() -> Instant {
    Instant::now()
}

fn since(start: Instant) -> Duration {
    now().duration_since(start)
}
