//! What the running system says about itself, on standard error.

use model::Error;
use std::io;
use tracing_subscriber::EnvFilter;

/// Starts logging at this level (`warn`, `info`, `debug`) or by this filter (`control=info,warn`).
///
/// # Errors
/// The filter makes no sense.
pub(super) fn start(filter: &str) -> Result<(), Error> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        Error::invalid(format!(
            "--log does not understand {filter:?} ({error}): use error, warn, info or debug"
        ))
    })?;
    // A second start in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false)
        .try_init();
    Ok(())
}
