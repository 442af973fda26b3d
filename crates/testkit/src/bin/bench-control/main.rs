//! How fast the control plane is with many keys: the real program on a seeded database, spoken to
//! over its REST API, with its gateway following every change.
//!
//! Started by `cargo xtask bench control`, which reads the JSON it prints. The data is seeded once
//! on SQLite, through the store, and moved to PostgreSQL by the shipped command. Every process it
//! starts ends with it. To measure one more thing: a function in `measure.rs` that adds its
//! figures.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to the one who started it"
)]

mod api;
mod console;
mod figures;
mod ground;
mod lists;
mod measure;
mod program;
mod seed;

use clap::{Parser, ValueEnum};
use ground::Ground;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "bench-control", about = "Measures the control plane with many keys")]
struct Args {
    /// The built program
    #[arg(long)]
    keyward: PathBuf,
    /// An empty folder for databases and logs
    #[arg(long)]
    folder: PathBuf,
    /// The databases to measure on
    #[arg(long, value_delimiter = ',', default_values_t = [Engine::Sqlite, Engine::Postgres],
          value_enum)]
    engines: Vec<Engine>,
    /// API keys in the database
    #[arg(long)]
    keys: u32,
    /// Projects they are spread over
    #[arg(long)]
    projects: u32,
    /// Seconds of each measurement that is bound by time
    #[arg(long)]
    seconds: f64,
    /// Callers at once where several call
    #[arg(long)]
    callers: usize,
}

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-control: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let pace = measure::Pace {
        time: Duration::try_from_secs_f64(args.seconds)?,
        callers: args.callers.max(1),
    };
    let ground = Ground::prepare(args)?;
    let mut engines = Vec::new();
    for &engine in &args.engines {
        let name = engine.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned());
        eprintln!("{name}");
        let site = ground.site(engine)?;
        let figures = measure::all(&ground, &site, pace)?;
        engines.push(json!({ "engine": name, "figures": figures.to_json() }));
    }
    println!(
        "{}",
        json!({
            "keys": args.keys,
            "projects": args.projects,
            "seconds": args.seconds,
            "callers": pace.callers,
            "engines": engines,
        })
    );
    Ok(())
}
