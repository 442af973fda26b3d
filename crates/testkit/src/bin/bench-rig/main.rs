//! The parts of the benchmark that run as processes of their own, so that each can be pinned to a
//! core and measured: the upstream, the load generator and the gateway alone.
//!
//! Started by `cargo xtask bench gateway`, which reads what they print. Each ends by itself: the
//! load after its bound, the others when their standard input closes, that is with their parent.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to the one who started it"
)]

mod keys;
mod load;
mod node;
mod upstream;

use clap::{Parser, Subcommand};
use std::io::Read;
use std::process::ExitCode;

/// The allocator of the shipped program, so that the gateway is measured as it ships.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(name = "bench-rig", about = "Processes of the gateway benchmark")]
struct Cli {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// Play Milvus on a free loopback port, which is printed
    Upstream(upstream::Args),
    /// Make load, then print what came of it as JSON
    Load(load::Args),
    /// Run the gateway with generated keys; its address is printed when it is open
    Node(node::Args),
    /// Print generated keys in the form SDKs send, each with the SHA-256 of that form
    Keys(keys::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().part {
        Part::Upstream(args) => upstream::run(args),
        Part::Load(args) => load::run(&args),
        Part::Node(args) => node::run(args),
        Part::Keys(args) => keys::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-rig: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Blocks until the parent closes our standard input or ends.
fn wait_for_parent() {
    let mut byte = [0];
    while let Ok(1) = std::io::stdin().read(&mut byte) {}
}
