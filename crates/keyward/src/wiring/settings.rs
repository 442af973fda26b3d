//! What a server is started with.

use super::feed::Feed;
use super::fence::LocalFence;
use super::reached::GatewayUrl;
use super::role::{LeaseLength, Role};
use crate::clock::SystemClock;
use crate::entropy::SystemEntropy;
use crate::lite::Host;
use crate::mail::MailSettings;
use control::Fence;
use gateway::lease::{BootClock, LeaseClock};
use model::policy::Founders;
use model::{Clock, Entropy};
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::PostgresAddress;

/// What the operator chooses.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What this process does.
    pub role: Role,
    /// How long its gateway goes on without its database, if it shares that.
    pub lease: LeaseLength,
    /// The data folder.
    pub data: PathBuf,
    /// The database, if it is not the SQLite file in the data folder.
    pub database: Option<PostgresAddress>,
    /// Where SDKs connect.
    pub gateway_listen: SocketAddr,
    /// Where the control API is; health and metrics only if this process has none.
    pub control_listen: SocketAddr,
    /// Each cluster is reached as `<cluster id>.<domain>`, if there is one.
    pub domain: Option<String>,
    /// Where SDKs reach the gateways; where this one listens if absent.
    pub public_gateway: Option<GatewayUrl>,
    /// Where people reach the control API, for links in letters; where it listens if absent.
    pub public_url: Option<String>,
    /// Who may found organizations besides the operator.
    pub founders: Founders,
    /// Threads of the gateway; one for each core if absent.
    pub workers: Option<usize>,
    /// What letters are sent with; none are if absent.
    pub mail: Option<MailSettings>,
}

/// Makes the fence over the feed to the gateway.
pub type MakeFence = Box<dyn FnOnce(&Arc<Feed>) -> Arc<dyn Fence> + Send>;

/// What a test exchanges to see inside or to break something on purpose.
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Where programs such as `python3` are found.
    pub host: Host,
    /// Makes the fence that the control API waits for, in a process that is alone.
    pub fence: MakeFence,
    /// What leases are measured by.
    pub lease_clock: Arc<dyn LeaseClock>,
    /// Bounds of the gateway.
    pub gateway_limits: gateway::Limits,
    /// Bounds of the control API.
    pub control_limits: control::Limits,
}

impl Parts {
    /// What runs in production.
    pub fn system() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let of_fence = Arc::clone(&clock);
        Self {
            clock,
            entropy: Arc::new(SystemEntropy),
            host: Host::default(),
            fence: Box::new(move |feed| Arc::new(LocalFence::new(Arc::clone(feed), of_fence))),
            lease_clock: Arc::new(BootClock),
            gateway_limits: gateway::Limits::default(),
            control_limits: control::Limits::default(),
        }
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
