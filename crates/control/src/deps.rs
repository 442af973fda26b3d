//! What the control plane is given to work with.

use crate::call_watch::CallWatch;
use crate::explain::Explainer;
use crate::fence::Fence;
use crate::mail::Mailer;
use crate::watch::ClusterWatch;
use model::policy::Founders;
use model::rate::RateLimit;
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
    /// Says what would become of calls on clusters.
    pub explainer: Arc<dyn Explainer>,
    /// Knows the calls of keys.
    pub calls: Arc<dyn CallWatch>,
    /// What `GET /metrics` answers, in the text format of Prometheus.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Sends letters, if the operator has named a mail server.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Where people reach this API, such as `https://keyward.example.com`, for links in letters.
    pub public_url: String,
    /// Who may found organizations besides the operator.
    pub founders: Founders,
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
    /// How many requests a second a caller may send: a user, an API key, or an address without a
    /// credential. Ten seconds' worth may come at once.
    pub rate: RateLimit,
    /// How many passwords are hashed at once (19 MiB each); more wait.
    pub password_hashes: usize,
    /// How long the mail server may take for one letter.
    pub letter: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1 << 20,
            request: Duration::from_mins(1),
            requests: 1024,
            store_calls: 32,
            rate: RateLimit::DEFAULT_OF_CONTROL,
            password_hashes: 2,
            letter: Duration::from_secs(15),
        }
    }
}
