//! What the control API can say of a cluster beyond its record.

use super::engines::Engines;
use super::feed::Feed;
use super::ports;
use super::probing::{Found, Looks};
use super::reached::GatewayUrl;
use super::role::Role;
use crate::lite::{self, State};
use control::{ClusterState, ClusterStatus, ClusterWatch, Erasing, Looking};
use gateway::Gateway;
use model::cluster::ClusterRoute;
use model::{ClusterId, Error};
use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};

/// Why a process that shares its database has no Milvus Lite.
const NO_ENGINES: &str = "a Milvus Lite runs within the one process of --role all: attach a Milvus \
                          that every gateway reaches";

/// Endpoints and health of the clusters of this process.
pub struct Watch {
    /// Nothing behind it in a process without a gateway.
    pub(super) gateway: Weak<Gateway>,
    pub(super) role: Role,
    pub(super) listen: SocketAddr,
    pub(super) reached: GatewayUrl,
    pub(super) feed: Arc<Feed>,
    pub(super) engines: Arc<Engines>,
    pub(super) looks: Arc<Looks>,
    pub(super) domain: Option<String>,
}

impl ClusterWatch for Watch {
    fn endpoint(&self, cluster: ClusterId, port: Option<u16>) -> String {
        self.reached.endpoint(self.domain.as_deref(), cluster, port)
    }

    fn own_port(&self, taken: &BTreeSet<u16>) -> Result<Option<u16>, Error> {
        if self.role.has_gateway() {
            return ports::own(self.listen, self.domain.as_deref(), taken);
        }
        // Whether it is free where the gateways are, their status says.
        ports::untaken(self.listen, self.domain.as_deref(), taken)
    }

    fn may_host(&self) -> Result<(), Error> {
        if self.role.has_engines() {
            return Ok(());
        }
        Err(Error::conflict(NO_ENGINES))
    }

    fn erase(&self, cluster: ClusterId) -> Erasing<'_> {
        Box::pin(self.engines.erase(cluster))
    }

    fn status(&self, cluster: ClusterId) -> ClusterStatus {
        let clusters = self.feed.clusters();
        let port = clusters.borrow().get(&cluster).and_then(|route| route.port);
        let mut status = match self.engines.state(cluster) {
            Some(state) => of_engine(&state),
            None if self.engines.is_stopping(cluster) => of_engine(&State::Stopped),
            None if is_lite(clusters.borrow().get(&cluster)) => {
                of_engine(&if self.role.has_engines() {
                    State::Starting
                } else {
                    State::Failed(NO_ENGINES.to_owned())
                })
            }
            None => of_attached(self.looks.last(cluster)),
        };
        let problem = port.and_then(|port| self.gateway.upgrade()?.port_problem(port));
        if let Some(problem) = problem {
            status.state = ClusterState::Abnormal;
            status.message = Some(problem);
        }
        status
    }

    fn look(&self, cluster: ClusterId) -> Looking<'_> {
        Box::pin(async move {
            let route = self.feed.clusters().borrow().get(&cluster).cloned();
            if let Some(route) = route {
                self.looks.look(&route).await;
            }
            self.status(cluster)
        })
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// Whether Keyward runs the cluster's engine.
fn is_lite(route: Option<&ClusterRoute>) -> bool {
    route.is_some_and(|route| route.upstream.is_none())
}

fn of_engine(state: &State) -> ClusterStatus {
    let version = Some(format!("Milvus Lite {}", lite::VERSION));
    let (state, message) = match state {
        State::Starting => (ClusterState::Initializing, None),
        State::Running(_) => (ClusterState::Running, None),
        State::Failed(message) => (ClusterState::Abnormal, Some(message.clone())),
        State::Stopped => (ClusterState::Suspending, None),
    };
    ClusterStatus { state, message, version }
}

fn of_attached(seen: Option<Found>) -> ClusterStatus {
    let (state, message, version) = match seen {
        None => (ClusterState::Initializing, None, None),
        Some(Ok(version)) => (ClusterState::Running, None, version),
        Some(Err(how)) => (ClusterState::Abnormal, Some(format!("the engine {how}")), None),
    };
    ClusterStatus { state, message, version }
}
