//! The gateway of a process, what it answers calls about users with, and what keeps its lease.

use super::feed::Feed;
use super::identity::Identity;
use super::member::{Member, Place};
use super::open::Opened;
use super::role::{LeaseLength, Role};
use super::server::{blocking, unavailable};
use super::usage::UsageBook;
use crate::data::DataFolder;
use gateway::{Gateway, Lease};
use model::{Error, GatewayId};
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use store::gateways::NewGateway;
use store::{Serving, Store};

/// How long the last users of the gateway may take to let go of it.
const RELEASE_LIMIT: Duration = Duration::from_secs(2);

/// A running gateway.
pub(super) struct DataPath {
    pub(super) gateway: Arc<Gateway>,
    pub(super) usage: Arc<UsageBook>,
    /// If others share the database.
    pub(super) lease: Option<Arc<Lease>>,
}

impl Opened {
    /// Starts the gateway of this process; it refuses everything until it is fed.
    pub(super) fn start_gateway(
        &self,
        socket: TcpListener,
        roots: gateway::Roots,
        identity: &Arc<Identity>,
    ) -> Result<DataPath, Error> {
        let is_shared = self.settings.role == Role::Gateway;
        let lease = is_shared.then(|| Lease::new(Arc::clone(&self.parts.lease_clock)));
        let lease = lease.transpose().map_err(|error| cannot_start(&error))?.map(Arc::new);
        let config = self.configuration(roots, identity, lease.clone())?;
        let started = Gateway::start_on(socket, config, &self.digest_key, &self.parts.clock);
        let gateway = Arc::new(started.map_err(|error| unavailable(error.to_string()))?);
        let usage = Arc::new(UsageBook::new(self.store.clone(), gateway.id()));
        Ok(DataPath { gateway, usage, lease })
    }

    /// How the gateway is to run, and who will answer its calls about users.
    fn configuration(
        &self,
        roots: gateway::Roots,
        identity: &Arc<Identity>,
        lease: Option<Arc<Lease>>,
    ) -> Result<gateway::Config, Error> {
        let rest = super::rest::door()
            .map_err(|error| unavailable(format!("cannot start a thread for REST: {error}")))?;
        Ok(gateway::Config {
            id: GatewayId::generate(&*self.parts.entropy),
            listen: self.settings.gateway_listen,
            workers: self.settings.workers.unwrap_or_else(cores),
            access_log: Some(access_log(&self.folder)),
            roots,
            desk: Some(Arc::clone(identity) as _),
            rest: Some(rest),
            lease,
            limits: self.parts.gateway_limits.clone(),
        })
    }

    /// What keeps the lease of a gateway that has one.
    pub(super) fn member(
        &self,
        path: &DataPath,
        feed: &Arc<Feed>,
        serving: &Arc<Serving>,
    ) -> Option<Arc<Member>> {
        let lease = path.lease.clone()?;
        Some(Arc::new(Member {
            serving: Arc::clone(serving),
            feed: Arc::clone(feed),
            lease,
            length: self.settings.lease,
            me: NewGateway {
                id: path.gateway.id(),
                address: path.gateway.local_addr().to_string(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                lease: self.settings.lease.length(),
            },
            clock: Arc::clone(&self.parts.clock),
            place: Mutex::new(Place::Unlisted),
        }))
    }
}

impl DataPath {
    /// Where SDKs connect.
    pub(super) fn address(&self) -> SocketAddr {
        self.gateway.local_addr()
    }

    /// The gateway, for whoever must not keep it from stopping.
    pub(super) fn weak(&self) -> Weak<Gateway> {
        Arc::downgrade(&self.gateway)
    }

    /// Takes no more calls, lets those in flight end for as long as `drain`, stops, and writes down
    /// what was counted. The feed reaches the gateway until its last call has ended: what is
    /// deleted meanwhile is cut.
    pub(super) async fn stop(self, drain: Duration) {
        let Self { gateway, usage, .. } = self;
        let draining = Arc::clone(&gateway);
        let drained = blocking(move || {
            draining.drain(drain);
            Ok(())
        });
        // It says by itself what went wrong.
        let _ = drained.await;
        if let Some(gateway) = sole_owner(gateway).await {
            let last = move || {
                let counted = gateway.shutdown(Duration::ZERO);
                usage.write(|| counted)
            };
            if let Err(error) = blocking(last).await {
                tracing::warn!(%error, "the last calls could not be counted");
            }
        } else {
            tracing::warn!("the gateway was still in use and could not be drained");
        }
    }
}

impl fmt::Debug for DataPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataPath({:?})", self.gateway)
    }
}

/// Waits until the leases of those who shared this database before are over: they may still let
/// calls through, and nobody waits for them here.
pub(super) async fn outlive_others(store: &Store, serving: &Arc<Serving>) -> Result<(), Error> {
    let reading = store.clone();
    let others = blocking(move || reading.read(store::gateways::list)).await?;
    if others.is_empty() {
        return Ok(());
    }
    let alive = others.iter().filter(|gateway| !gateway.has_stopped);
    if let Some(longest) = alive.map(|gateway| gateway.lease).max() {
        tracing::warn!("waiting until the leases of gateways that shared this database are over");
        tokio::time::sleep(LeaseLength::surely_over(longest)).await;
    }
    let serving = Arc::clone(serving);
    blocking(move || serving.clear()).await
}

/// The gateway itself, once nobody is in the middle of using it.
async fn sole_owner(mut shared: Arc<Gateway>) -> Option<Gateway> {
    let released = async {
        loop {
            match Arc::try_unwrap(shared) {
                Ok(gateway) => return gateway,
                Err(still) => shared = still,
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(RELEASE_LIMIT, released).await.ok()
}

fn access_log(folder: &DataFolder) -> std::path::PathBuf {
    folder.logs().join("access.jsonl")
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn cannot_start(error: &std::io::Error) -> Error {
    unavailable(format!("the gateway cannot start: {error}"))
}
