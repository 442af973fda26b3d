//! What load to make.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The load.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where to connect.
    pub target: SocketAddr,
    /// How many connections.
    pub connections: usize,
    /// Calls in flight on each.
    pub streams: usize,
    /// Path of the RPC.
    pub path: String,
    /// The message of every call, without gRPC's head.
    pub message: Vec<u8>,
    /// Values of `authorization`, taken in turn, one for each call.
    pub authorizations: Arc<[Box<str>]>,
    /// How long to run before counting.
    pub warmup: Duration,
    /// How much to count.
    pub bound: Bound,
}

/// When the counting ends.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    /// After this time.
    Time(Duration),
    /// When this many calls have begun since the counting did.
    Calls(u64),
}
