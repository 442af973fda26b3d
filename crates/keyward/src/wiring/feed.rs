//! Brings the store's changes to the gateway, in their order and each with what only this process
//! knows: where the engines it runs are.
//!
//! One lock covers reading a change and applying it, so a later change never overtakes an earlier
//! one. Everything here blocks.

use crate::lite::Endpoint;
use gateway::{Applied, Gateway, Mirror};
use model::cluster::ClusterRoute;
use model::{Change, ClusterId, Error, ErrorKind, GatewayId, Revision};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use store::{Seen, Store, changes};
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

/// Who is fed.
enum Follower {
    /// Whoever stops the gateway owns it.
    Gateway(GatewayId, Weak<Gateway>),
    /// A table that lets nothing through.
    Mirror(Arc<Mirror>),
}

/// The feed from one store to one gateway.
pub struct Feed {
    store: Store,
    follower: Follower,
    state: Mutex<State>,
    publish: watch::Sender<Clusters>,
}

struct State {
    progress: Progress,
    /// What was read, to be recognized in what is read next.
    seen: Seen,
    /// Whether what is in the store is not what was applied, so that nothing is let through.
    refuses: bool,
    routes: BTreeMap<ClusterId, ClusterRoute>,
    endpoints: HashMap<ClusterId, Endpoint>,
}

impl Feed {
    /// A feed that has brought nothing yet.
    pub fn new(store: Store, gateway: &Arc<Gateway>) -> Self {
        Self::to(store, Follower::Gateway(gateway.id(), Arc::downgrade(gateway)))
    }

    /// The same for a process without a gateway.
    pub fn to_mirror(store: Store, mirror: &Arc<Mirror>) -> Self {
        Self::to(store, Follower::Mirror(Arc::clone(mirror)))
    }

    fn to(store: Store, follower: Follower) -> Self {
        let progress = Progress { applied: Revision::ZERO, unconfirmed: None };
        Self {
            store,
            follower,
            state: Mutex::new(State {
                progress,
                seen: Seen::NOTHING,
                refuses: false,
                routes: BTreeMap::new(),
                endpoints: HashMap::new(),
            }),
            publish: watch::Sender::new(Clusters::default()),
        }
    }

    /// The gateway's name, if one is fed.
    pub fn gateway(&self) -> Option<GatewayId> {
        match &self.follower {
            Follower::Gateway(id, _) => Some(*id),
            Follower::Mirror(_) => None,
        }
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
        if state.refuses {
            return Err(another_history());
        }
        loop {
            let applied = state.progress.applied;
            match self.store.changes_after(state.seen, BATCH)? {
                changes::Feed::Changes(changes) => {
                    if changes.upto > applied {
                        self.apply(&mut state, changes.upto, changes.items);
                    }
                    state.seen = changes.seen;
                    if changes.complete {
                        return Ok(state.progress);
                    }
                }
                changes::Feed::Reload => return self.reload(&mut state),
                changes::Feed::WentBack(found) => return Err(self.refuse_all(&mut state, found)),
            }
        }
    }

    /// The same, and makes sure that every worker has cut what the changes end: one that did not
    /// answer in time is asked again.
    ///
    /// # Errors
    /// Those of [`Feed::catch_up`]; `Unavailable` if a worker does not answer now either.
    pub fn catch_up_surely(&self) -> Result<Progress, Error> {
        self.catch_up()?;
        let mut state = self.lock();
        if state.progress.unconfirmed.is_some() {
            if self.follower.confirm() == Applied::Unconfirmed {
                let sentence = "a worker of this gateway does not answer";
                return Err(Error::new(ErrorKind::Unavailable, sentence));
            }
            state.progress.unconfirmed = None;
        }
        Ok(state.progress)
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
            let _ = self.follower.apply(state.progress.applied, &[change]);
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
        let confirmed = self.follower.apply(upto, &resolved);
        state.progress.note(upto, confirmed);
        if clusters_changed {
            self.publish.send_replace(Arc::new(state.routes.clone()));
        }
    }

    fn reload(&self, state: &mut State) -> Result<Progress, Error> {
        let mut routes = BTreeMap::new();
        let mut seen = state.seen;
        let confirmed = self.follower.load_from(|each| {
            seen = self.store.load(&mut |change| {
                each(match change {
                    Change::ClusterPut(route) => {
                        routes.insert(route.id, route.clone());
                        Change::ClusterPut(state.resolve(route))
                    }
                    other => other,
                });
            })?;
            Ok::<_, Error>(seen.revision())
        })?;
        state.routes = routes;
        state.seen = seen;
        state.progress.note(seen.revision(), confirmed);
        self.publish.send_replace(Arc::new(state.routes.clone()));
        Ok(state.progress)
    }

    /// A key that was deleted may be back in that database. Better no calls than that one's.
    fn refuse_all(&self, state: &mut State, found: Revision) -> Error {
        state.refuses = true;
        let applied = state.progress.applied;
        let nothing = self.follower.load_from(|_| Ok::<_, Error>(applied));
        if nothing.is_err() {
            // There was nothing to read that could fail.
            tracing::error!("the table could not be emptied");
        }
        tracing::error!(
            found = found.number(),
            applied = applied.number(),
            "the database is older than what was applied, or went another way: every call is refused \
             until a restart"
        );
        another_history()
    }

    /// Whether nothing is let through any more until a restart.
    pub fn refuses(&self) -> bool {
        self.lock().refuses
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn another_history() -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "the database has been put back to an older state while Keyward was running: check it and \
         restart Keyward",
    )
}

impl Follower {
    fn apply(&self, revision: Revision, changes: &[Change]) -> Applied {
        match self {
            // One that is gone has drained before, so everything holds there.
            Self::Gateway(_, gateway) => {
                let gateway = gateway.upgrade();
                gateway.map_or(Applied::Confirmed, |gateway| gateway.apply(revision, changes))
            }
            Self::Mirror(mirror) => {
                mirror.apply(revision, changes);
                Applied::Confirmed
            }
        }
    }

    fn load_from(
        &self,
        read: impl FnOnce(&mut dyn FnMut(Change)) -> Result<Revision, Error>,
    ) -> Result<Applied, Error> {
        match self {
            Self::Gateway(_, gateway) => {
                let gateway = gateway.upgrade();
                gateway.map_or(Ok(Applied::Confirmed), |gateway| gateway.load_from(read))
            }
            Self::Mirror(mirror) => mirror.load_from(read).map(|()| Applied::Confirmed),
        }
    }

    /// Whether every worker has done all that it was told.
    fn confirm(&self) -> Applied {
        match self {
            Self::Gateway(_, gateway) => {
                gateway.upgrade().map_or(Applied::Confirmed, |gateway| gateway.confirm())
            }
            Self::Mirror(_) => Applied::Confirmed,
        }
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
        write!(f, "Feed({:?})", self.gateway())
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
