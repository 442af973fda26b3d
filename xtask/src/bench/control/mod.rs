//! `bench control`: the control plane with many keys, on SQLite and on PostgreSQL.
//!
//! The program `bench-control` of `testkit` seeds a database, runs the shipped program on it and
//! prints what it measured; this module builds both, shows the figures and holds them against the
//! bars. To show one more figure: a row in [`figures::ROWS`].

mod figures;
mod report;

use super::machine;
use crate::Result;
use crate::bench::rig::only_one;
use crate::command::{cargo, program, run as run_shown, target};
use figures::Measured;
use report::Report;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

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
    let programs = build(args.dev)?;
    let _lock = only_one(&target().join("bench.lock"))?;
    let disturbance = machine::disturbance();
    if let Some(sentence) = &disturbance {
        println!("note: {sentence}");
    }
    let folder = target().join("bench-control");
    remove(&folder)?;
    fs::create_dir_all(&folder).map_err(|error| unusable(&folder, &error))?;
    let measured = measure(args, &programs, &folder);
    remove(&folder)?;
    let report = Report { machine: machine::look(disturbance), measured: measured? };
    println!("\n{}", report.text());
    if let Some(file) = &args.json {
        write(file, &format!("{:#}\n", report.json()))?;
    }
    if let Some(file) = &args.markdown {
        write(file, &report.markdown())?;
    }
    Ok(())
}

/// Builds the program and what measures it; the folder they are in.
fn build(dev: bool) -> Result<PathBuf> {
    let profile: &[&str] = if dev { &[] } else { &["--release"] };
    run_shown(cargo().args(["build", "--package", "keyward", "--bin", "keyward"]).args(profile))?;
    run_shown(
        cargo()
            .args(["build", "--package", "testkit", "--features", "bench"])
            .args(["--bin", "bench-control"])
            .args(profile),
    )?;
    Ok(target().join(if dev { "debug" } else { "release" }))
}

/// Runs the measurement, which tells on standard error how far it is.
fn measure(args: &Args, programs: &Path, folder: &Path) -> Result<Measured> {
    let projects = args.projects.unwrap_or((args.keys / 100).max(1));
    let mut command = program(programs.join("bench-control"));
    command.arg("--keyward").arg(programs.join("keyward")).arg("--folder").arg(folder);
    command.args(["--engines", &args.engines.join(",")]);
    command.args(["--keys", &args.keys.to_string(), "--projects", &projects.to_string()]);
    command.args(["--seconds", &args.seconds.to_string()]);
    command.args(["--callers", &args.callers.to_string()]);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start bench-control: {error}"))?;
    if !output.status.success() {
        return Err(format!("bench-control failed ({})", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(&text).map_err(|error| format!("bench-control: {error}"))?;
    Ok(Measured(value))
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(folder, &error)),
        _ => Ok(()),
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

fn unusable(path: &Path, error: &std::io::Error) -> String {
    format!("cannot use {}: {error}", path.display())
}
