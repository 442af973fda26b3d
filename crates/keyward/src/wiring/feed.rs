//! Brings the store's changes to the gateway, in their order and each with what only this process
//! knows: where the engines it runs are.
//!
//! One lock covers reading a change and applying it, so a later change never overtakes an earlier
//! one. Everything here blocks.

use crate::lite::Endpoint;
use gateway::{Applied, Gateway};
use model::cluster::ClusterRoute;
use model::{Change, ClusterId, Error, ErrorKind, GatewayId, Revision};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use store::{Store, changes};
use tokio::sync::watch;

/// Changes read from the store at once.
const BATCH: usize = 1000;

/// The clusters as the store has them; an engine that this process runs has no upstream there.
pub type Clusters = Arc<BTreeMap<ClusterId, ClusterRoute>>;

/// How far the gateway is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The newest revision it decides on.
    pub applied: Revision,
    /// The newest revision of which some worker has not confirmed that it cut what is in flight.
    pub unconfirmed: Option<Revision>,
}

impl Progress {
    /// Whether the revision holds without doubt.
    pub fn settles(self, revision: Revision) -> bool {
        self.applied >= revision && self.unconfirmed.is_none_or(|doubt| doubt < revision)
    }
}

/// The feed from one store to one gateway.
pub struct Feed {
    store: Store,
    /// Whoever stops the gateway owns it.
    gateway: Weak<Gateway>,
    id: GatewayId,
    state: Mutex<State>,
    publish: watch::Sender<Clusters>,
}

struct State {
    progress: Progress,
    routes: BTreeMap<ClusterId, ClusterRoute>,
    endpoints: HashMap<ClusterId, Endpoint>,
}

impl Feed {
    /// A feed that has brought nothing yet.
    pub fn new(store: Store, gateway: &Arc<Gateway>) -> Self {
        let progress = Progress { applied: Revision::ZERO, unconfirmed: None };
        Self {
            store,
            gateway: Arc::downgrade(gateway),
            id: gateway.id(),
            state: Mutex::new(State {
                progress,
                routes: BTreeMap::new(),
                endpoints: HashMap::new(),
            }),
            publish: watch::Sender::new(Clusters::default()),
        }
    }

    /// The gateway's name.
    pub fn gateway(&self) -> GatewayId {
        self.id
    }

    /// The clusters, and when they change.
    pub fn clusters(&self) -> watch::Receiver<Clusters> {
        self.publish.subscribe()
    }

    /// Loads the whole table and opens the gateway.
    ///
    /// # Errors
    /// The store does not answer.
    pub fn load(&self) -> Result<Progress, Error> {
        self.reload(&mut self.lock())
    }

    /// Applies everything the store has and the gateway has not.
    ///
    /// # Errors
    /// The store does not answer, or has been put back in time; in that case the gateway refuses
    /// every call from now on.
    pub fn catch_up(&self) -> Result<Progress, Error> {
        let mut state = self.lock();
        loop {
            let applied = state.progress.applied;
            match self.store.changes_after(applied, BATCH)? {
                changes::Feed::Changes(changes) => {
                    if changes.upto > applied {
                        self.apply(&mut state, changes.upto, changes.items);
                    }
                    if changes.complete {
                        return Ok(state.progress);
                    }
                }
                changes::Feed::Reload => return self.reload(&mut state),
                changes::Feed::WentBack(found) => return Err(self.refuse_all(&mut state, found)),
            }
        }
    }

    /// Says where the engine of a cluster is now; `None` while it does not run.
    pub fn set_endpoint(&self, cluster: ClusterId, endpoint: Option<Endpoint>) {
        let mut state = self.lock();
        match endpoint {
            Some(endpoint) => state.endpoints.insert(cluster, endpoint),
            None => state.endpoints.remove(&cluster),
        };
        if let Some(route) = state.routes.get(&cluster) {
            let change = Change::ClusterPut(state.resolve(route.clone()));
            // An engine that is gone has no calls left to wait for.
            let _ = self.hand_over(|gateway| gateway.apply(state.progress.applied, &[change]));
        }
    }

    fn apply(&self, state: &mut State, upto: Revision, items: Vec<Change>) {
        let mut clusters_changed = false;
        let resolved: Vec<Change> = items
            .into_iter()
            .map(|change| match change {
                Change::ClusterPut(route) => {
                    clusters_changed = true;
                    state.routes.insert(route.id, route.clone());
                    Change::ClusterPut(state.resolve(route))
                }
                Change::ClusterGone(id) => {
                    clusters_changed = true;
                    state.routes.remove(&id);
                    state.endpoints.remove(&id);
                    Change::ClusterGone(id)
                }
                other => other,
            })
            .collect();
        let confirmed = self.hand_over(|gateway| gateway.apply(upto, &resolved));
        state.progress.note(upto, confirmed);
        if clusters_changed {
            self.publish.send_replace(Arc::new(state.routes.clone()));
        }
    }

    fn reload(&self, state: &mut State) -> Result<Progress, Error> {
        let Some(gateway) = self.gateway.upgrade() else {
            return Ok(state.progress);
        };
        let mut routes = BTreeMap::new();
        let mut reached = Revision::ZERO;
        let confirmed = gateway.load_from(|each| {
            reached = self.store.load(&mut |change| {
                each(match change {
                    Change::ClusterPut(route) => {
                        routes.insert(route.id, route.clone());
                        Change::ClusterPut(state.resolve(route))
                    }
                    other => other,
                });
            })?;
            Ok::<_, Error>(reached)
        })?;
        state.routes = routes;
        state.progress.note(reached, confirmed);
        self.publish.send_replace(Arc::new(state.routes.clone()));
        Ok(state.progress)
    }

    /// A key that was deleted may be back in that database. Better no calls than that one's.
    fn refuse_all(&self, state: &mut State, found: Revision) -> Error {
        let applied = state.progress.applied;
        let _ = self.hand_over(|gateway| gateway.load(applied, &[]));
        tracing::error!(
            found = found.number(),
            applied = applied.number(),
            "the database is older than what was applied: every call is refused until a restart"
        );
        Error::new(
            ErrorKind::Unavailable,
            "the database has been put back to an older state while Keyward was running: check it \
             and restart Keyward",
        )
    }

    /// A gateway that has been stopped admits nothing, so everything holds there.
    fn hand_over(&self, give: impl FnOnce(&Gateway) -> Applied) -> Applied {
        self.gateway.upgrade().map_or(Applied::Confirmed, |gateway| give(&gateway))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The route with the address of the engine that runs here, if it is one of those.
    fn resolve(&self, mut route: ClusterRoute) -> ClusterRoute {
        if route.upstream.is_none()
            && let Some(endpoint) = self.endpoints.get(&route.id)
        {
            route.upstream = Some(endpoint.address.clone());
            route.credential = Some(endpoint.credential.clone());
        }
        route
    }
}

impl Progress {
    fn note(&mut self, revision: Revision, applied: Applied) {
        self.applied = revision;
        if applied == Applied::Unconfirmed {
            self.unconfirmed = Some(revision);
        }
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Feed({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_in_doubt_never_settles() {
        let at = |applied, unconfirmed: Option<u64>| Progress {
            applied: Revision::new(applied),
            unconfirmed: unconfirmed.map(Revision::new),
        };
        let five = Revision::new(5);
        assert!(at(5, None).settles(five) && at(6, None).settles(five));
        assert!(!at(4, None).settles(five));
        assert!(at(5, Some(4)).settles(five));
        assert!(!at(5, Some(5)).settles(five) && !at(7, Some(6)).settles(five));
    }
}
