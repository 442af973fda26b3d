//! What the control plane is given to work with.

use crate::fence::Fence;
use crate::watch::ClusterWatch;
use model::{Clock, Entropy};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use store::Store;

/// Everything [`crate::router`] needs.
#[derive(Clone)]
pub struct Deps {
    /// Where everything is kept.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids, keys, passwords and session tokens.
    pub entropy: Arc<dyn Entropy>,
    /// Brings changes to the gateways.
    pub fence: Arc<dyn Fence>,
    /// Knows endpoints and health.
    pub clusters: Arc<dyn ClusterWatch>,
    /// What `GET /metrics` answers, in the text format of Prometheus.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Bounds.
    pub limits: Limits,
}

impl fmt::Debug for Deps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deps").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Bounds of the control API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest body that is read, in bytes.
    pub body_bytes: usize,
    /// How long one request may take. Longer than the fence's own bound.
    pub request: Duration,
    /// How many requests are served at once; more are refused.
    pub requests: usize,
    /// How many of them work on the store at once; more wait.
    pub store_calls: usize,
    /// How many passwords are hashed at once (19 MiB each); more wait.
    pub password_hashes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            request: Duration::from_mins(1),
            requests: 1024,
            store_calls: 32,
            password_hashes: 2,
        }
    }
}
