//! What came of the load.

use super::histogram::Histogram;
use std::collections::BTreeMap;
use std::time::Duration;

/// Counts since the warm-up ended.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Calls that ended while calls were still being begun: the basis of the rate.
    pub calls: u64,
    /// How long calls were being begun.
    pub elapsed: Duration,
    /// All calls that ended, those that were in flight at the end of counting included.
    pub ended: u64,
    /// Calls by gRPC status; calls that ended without one are not here.
    pub codes: BTreeMap<u32, u64>,
    /// Calls that were reset or ended without a status.
    pub broken: u64,
    /// Connections that ended before the load did.
    pub lost_connections: u64,
    /// The first error text a call brought.
    pub first_error: Option<String>,
    /// Bytes of response bodies.
    pub body_bytes: u64,
    /// From the begin of a call to its last byte.
    pub latency: Histogram,
}

impl Report {
    /// Calls a second.
    #[expect(clippy::cast_precision_loss, reason = "no run has more than 2^52 calls")]
    pub fn rate(&self) -> f64 {
        self.calls as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Calls that ended with status OK.
    pub fn succeeded(&self) -> u64 {
        self.codes.get(&0).copied().unwrap_or(0)
    }
}
