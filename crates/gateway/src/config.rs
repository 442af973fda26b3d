//! What a gateway is started with.

use crate::desk::IdentityDesk;
use crate::lease::Lease;
use crate::rest_door::RestDoor;
use crate::upstream_tls::Roots;
use model::GatewayId;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Configuration of one gateway.
#[derive(Clone)]
pub struct Config {
    /// Name of this gateway in receipts, logs and metrics.
    pub id: GatewayId,
    /// Where clients connect.
    pub listen: SocketAddr,
    /// Number of worker threads; at least one.
    pub workers: usize,
    /// File of the access log; none is written if absent.
    pub access_log: Option<PathBuf>,
    /// Whom to trust when a cluster is reached over TLS.
    pub roots: Roots,
    /// Who answers RPCs about users, roles and privileges; without it they are refused.
    pub desk: Option<Arc<dyn IdentityDesk>>,
    /// Who serves HTTP/1; without one such requests are refused.
    pub rest: Option<Arc<dyn RestDoor>>,
    /// Until when it may go on without having heard of changes; without one it always may. One
    /// that is fed in its own process needs none.
    pub lease: Option<Arc<Lease>>,
    /// Bounds.
    pub limits: Limits,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("id", &self.id)
            .field("listen", &self.listen)
            .field("workers", &self.workers)
            .field("access_log", &self.access_log)
            .field("roots", &self.roots)
            .field("desk", &self.desk.is_some())
            .field("rest", &self.rest)
            .field("lease", &self.lease)
            .field("limits", &self.limits)
            .finish()
    }
}

/// Bounds on what clients and engines can make the gateway hold or wait for.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Client connections at once, over all workers; further ones are closed at once.
    pub connections: usize,
    /// Calls at once on one client connection.
    pub streams: u32,
    /// Bytes of one request's header fields, names and values and 32 for each.
    pub header_bytes: usize,
    /// Header fields of one request.
    pub header_fields: usize,
    /// Bytes of calls' bodies waiting in one worker. Above it new calls are refused, and those
    /// that hold the most are ended.
    pub buffered_bytes: usize,
    /// How long a new connection may take until it has said what it speaks.
    pub handshake: Duration,
    /// How long a client may stay without a single call that was allowed.
    pub first_call: Duration,
    /// How long a call may take if the client set no deadline, and at the most.
    pub call: Duration,
    /// How long connecting to an engine may take.
    pub connect: Duration,
    /// Calls that may wait for one cluster's connection in one worker.
    pub waiting: usize,
    /// Connections of one worker to one cluster.
    pub upstream_connections: usize,
    /// How long the access log may be before a new file is begun, in bytes.
    pub access_log_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            streams: 256,
            header_bytes: 32 * 1024,
            header_fields: 100,
            buffered_bytes: 512 << 20,
            handshake: Duration::from_secs(10),
            first_call: Duration::from_mins(1),
            call: Duration::from_hours(1),
            connect: Duration::from_secs(5),
            waiting: 1024,
            upstream_connections: 4,
            access_log_bytes: 256 << 20,
        }
    }
}
