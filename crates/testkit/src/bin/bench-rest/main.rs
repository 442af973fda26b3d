//! What REST costs: Milvus' own RESTful API, asked directly, against Keyward's in front of the same
//! server, one after the other in one run.
//!
//! Started by `cargo xtask bench rest`, which reads the JSON it prints. The server is a real Milvus
//! in a network namespace of its own, the gateway is the shipped program. What is counted is the
//! processor time of both, so it does not matter how fast this client is. Every process it starts
//! ends with it. To measure one more thing: a line in `work.rs`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to the one who started it"
)]

mod client;
mod ground;
mod processor;
mod work;

use clap::Parser;
use ground::Ground;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
#[command(name = "bench-rest", about = "Measures what REST costs")]
struct Args {
    /// The built program
    #[arg(long)]
    keyward: PathBuf,
    /// The program that starts the Milvus server
    #[arg(long)]
    milvus: PathBuf,
    /// An empty folder for data and logs
    #[arg(long)]
    folder: PathBuf,
    /// How often each measurement is taken
    #[arg(long)]
    rounds: usize,
    /// Seconds of each measurement
    #[arg(long)]
    seconds: f64,
    /// Dimension of the vectors
    #[arg(long)]
    dimension: usize,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-rest: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let ground = Ground::prepare(args)?;
    let time = Duration::try_from_secs_f64(args.seconds)?;
    let works = work::all(args.dimension);
    for one in &works {
        // Both doors answer before anything is counted.
        work::warm(&ground, one)?;
    }
    let mut samples = vec![Vec::new(); works.len()];
    for round in 0..args.rounds.max(1) {
        for (one, samples) in works.iter().zip(&mut samples) {
            // Each goes first as often as the other.
            let pair = work::measure(&ground, one, time, round % 2 == 1)?;
            eprintln!("round {}: {}: {pair}", round + 1, one.name);
            samples.push(pair.to_json());
        }
    }
    let cases = works
        .iter()
        .zip(samples)
        .map(|(one, samples)| json!({ "case": one.name, "samples": samples }));
    println!(
        "{}",
        json!({
            "dimension": args.dimension,
            "rounds": args.rounds,
            "seconds": args.seconds,
            "cases": cases.collect::<Vec<_>>(),
        })
    );
    Ok(())
}
