//! Measures the gateway against its peers.

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Runs the measurement.
pub(crate) fn run(_args: Args) -> crate::Result<()> {
    Err("the benchmark is being written".to_owned())
}
