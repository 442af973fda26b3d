//! `bench rest`: what REST costs, in front of a real Milvus and directly on it.
//!
//! The program `bench-rest` of `testkit` runs the server and the shipped program and prints what it
//! measured; this module builds both, shows the figures and holds them against the bars. The
//! package with the real Milvus exists for `x86_64` Linux, and a namespace for it needs root.

mod figures;
mod report;

use super::machine;
use crate::Result;
use crate::bench::rig::only_one;
use crate::command::{cargo, program, run as run_shown, target};
use crate::setup;
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

/// Runs it.
pub(super) fn run(args: &Args) -> Result<()> {
    let milvus = setup::milvus()?;
    let programs = build(args.dev)?;
    let _lock = only_one(&target().join("bench.lock"))?;
    let disturbance = machine::disturbance();
    if let Some(sentence) = &disturbance {
        println!("note: {sentence}");
    }
    let folder = target().join("bench-rest");
    remove(&folder)?;
    fs::create_dir_all(&folder).map_err(|error| unusable(&folder, &error))?;
    let measured = measure(args, &programs, &milvus, &folder)?;
    remove(&folder)?;
    let report = Report { machine: machine::look(disturbance), measured };
    println!("\n{}", report.text());
    if let Some(file) = &args.json {
        write(file, &format!("{:#}\n", report.json()))?;
    }
    if let Some(file) = &args.markdown {
        write(file, &report.markdown())?;
    }
    Ok(())
}

/// The program that is measured, and the one that measures.
struct Programs {
    keyward: PathBuf,
    bench: PathBuf,
}

/// Builds both. Only the servers' time is counted, so what measures needs no optimisation.
fn build(dev: bool) -> Result<Programs> {
    let profile: &[&str] = if dev { &[] } else { &["--release"] };
    run_shown(cargo().args(["build", "--package", "keyward", "--bin", "keyward"]).args(profile))?;
    run_shown(
        cargo()
            .args(["build", "--package", "testkit", "--features", "bench"])
            .args(["--bin", "bench-rest"]),
    )?;
    let keyward = target().join(if dev { "debug/keyward" } else { "release/keyward" });
    Ok(Programs { keyward, bench: target().join("debug/bench-rest") })
}

/// Runs the measurement, which tells on standard error how far it is.
fn measure(args: &Args, programs: &Programs, milvus: &Path, folder: &Path) -> Result<Measured> {
    let mut command = program(&programs.bench);
    command.arg("--keyward").arg(&programs.keyward).arg("--milvus").arg(milvus);
    command.arg("--folder").arg(folder);
    command.args(["--rounds", &args.rounds.to_string()]);
    command.args(["--seconds", &args.seconds.to_string()]);
    command.args(["--dimension", &args.dimension.to_string()]);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start bench-rest: {error}"))?;
    if !output.status.success() {
        return Err(format!("bench-rest failed ({})", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(&text).map_err(|error| format!("bench-rest: {error}"))?;
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
