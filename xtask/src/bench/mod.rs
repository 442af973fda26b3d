//! Benchmarks that need more than one process.
//!
//! `bench control` measures the control plane with many keys ([`control`]).
//! `bench rest` measures what REST costs on a real Milvus ([`rest`]).
//! `bench gateway` measures the gateway next to the proxies one could use instead. The parts that
//! must be cheap (upstream, load generator, the gateway under test) are the program `bench-rig` of
//! `testkit`, built in release; this module starts them, pins them to cores, takes turns and does
//! the sums. It must never leave a process behind. To add a proxy: a file in [`subject`], a variant
//! of [`subject::Kind`]. To add a load: a line in [`case`].

mod bars;
mod case;
mod control;
mod gateway;
mod helper;
mod install;
mod machine;
mod measure;
mod memory;
mod process;
mod report;
mod rest;
mod results;
mod rig;
mod subject;

use crate::Result;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The gateway next to HAProxy, nginx and Envoy, one core each
    Gateway(gateway::Args),
    /// The control plane with many keys, on SQLite and on PostgreSQL
    Control(control::Args),
    /// What REST costs, in front of a real Milvus and directly on it
    Rest(rest::Args),
}

/// Runs the measurement.
pub(crate) fn run(args: Args) -> Result<()> {
    match args.what {
        What::Gateway(args) => gateway::run(&args),
        What::Control(args) => control::run(&args),
        What::Rest(args) => rest::run(&args),
    }
}
