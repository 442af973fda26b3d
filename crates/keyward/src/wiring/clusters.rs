//! What the control API can say of a cluster beyond its record.

use super::engines::Engines;
use super::feed::Feed;
use super::probing::{Found, Looks};
use super::role::Role;
use super::{listen, ports};
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
    pub(super) feed: Arc<Feed>,
    pub(super) engines: Arc<Engines>,
    pub(super) looks: Arc<Looks>,
    pub(super) domain: Option<String>,
}

impl ClusterWatch for Watch {
    fn endpoint(&self, cluster: ClusterId, port: Option<u16>) -> String {
        endpoint(self.listen, self.domain.as_deref(), cluster, port)
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

/// Where clients connect: the cluster's own port, else its name under the domain, else the gateway.
fn endpoint(
    listen: SocketAddr,
    domain: Option<&str>,
    cluster: ClusterId,
    port: Option<u16>,
) -> String {
    if let (Some(domain), None) = (domain, port) {
        return format!("http://{cluster}.{domain}:{}", listen.port());
    }
    let mut address = listen::connectable(listen);
    address.set_port(port.unwrap_or(listen.port()));
    format!("http://{address}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_an_address_they_can_connect_to() {
        let cluster = ClusterId::from_number(7).unwrap();
        for (listen, domain, port, expected) in [
            ("127.0.0.1:19530", None, None, "http://127.0.0.1:19530"),
            ("0.0.0.0:19530", None, Some(7), "http://127.0.0.1:7"),
            ("[::]:19530", None, None, "http://[::1]:19530"),
            ("10.0.0.1:1", Some("m.example"), Some(7), "http://10.0.0.1:7"),
            ("10.0.0.1:1", Some("m.example"), None, "http://in01-000000000000007.m.example:1"),
        ] {
            let found = endpoint(listen.parse().unwrap(), domain, cluster, port);
            assert_eq!(found, expected);
        }
    }
}
