//! Runs a Milvus Lite for every cluster that is one: started when the cluster appears in the feed,
//! stopped when it is gone from there or suspended. The data of a cluster that is gone stays where
//! it is, unless its owner asks for [`Engines::erase`].

use super::feed::{Clusters, Feed};
use crate::data::{DataFolder, erase};
use crate::lite::{self, Host, Launch, Prepare, State, Supervisor};
use model::cluster::{ClusterRoute, Service};
use model::{ClusterId, Entropy, Error, ErrorKind};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::task::JoinHandle;

/// How long an engine may take to end before its data is left alone.
const END_LIMIT: Duration = Duration::from_secs(30);

/// The engines of this process.
pub struct Engines {
    folder: Arc<DataFolder>,
    host: Host,
    entropy: Arc<dyn Entropy>,
    feed: Arc<Feed>,
    running: Mutex<HashMap<ClusterId, Engine>>,
    /// Engines that have been told to stop and have not ended.
    stopping: Mutex<HashSet<ClusterId>>,
    /// Told whenever an engine has ended.
    ended: watch::Sender<()>,
    /// One installation at a time.
    installing: AsyncMutex<()>,
}

struct Engine {
    supervisor: Supervisor,
    /// Tells the feed where the engine is.
    reporter: JoinHandle<()>,
}

impl Engines {
    /// No engines yet; [`Engines::follow`] starts them.
    pub fn new(
        folder: Arc<DataFolder>,
        host: Host,
        entropy: Arc<dyn Entropy>,
        feed: Arc<Feed>,
    ) -> Arc<Self> {
        Arc::new(Self {
            folder,
            host,
            entropy,
            feed,
            running: Mutex::default(),
            stopping: Mutex::default(),
            ended: watch::Sender::new(()),
            installing: AsyncMutex::default(),
        })
    }

    /// What the engine of the cluster is doing; `None` if it has none.
    pub fn state(&self, cluster: ClusterId) -> Option<State> {
        let running = self.lock();
        let engine = running.get(&cluster)?;
        Some(engine.supervisor.state().borrow().clone())
    }

    /// Whether the engine of the cluster is being stopped.
    pub fn is_stopping(&self, cluster: ClusterId) -> bool {
        self.stopping().contains(&cluster)
    }

    /// Deletes the data of a cluster that is gone, once its engine has ended.
    ///
    /// # Errors
    /// `Conflict` while the cluster is there; `Unavailable` if its engine does not end or the file
    /// system refuses.
    pub async fn erase(&self, cluster: ClusterId) -> Result<(), Error> {
        if self.feed.clusters().borrow().contains_key(&cluster) {
            return Err(Error::conflict(format!("cluster {cluster} is not detached")));
        }
        let mut ended = self.ended.subscribe();
        let gone = ended.wait_for(|()| {
            // In this order: an engine is noted as stopping before it leaves the others.
            !self.lock().contains_key(&cluster) && !self.is_stopping(cluster)
        });
        if tokio::time::timeout(END_LIMIT, gone).await.is_err() {
            let message = "its engine did not end in time";
            return Err(Error::new(ErrorKind::Unavailable, message));
        }
        let folder = Arc::clone(&self.folder);
        tokio::task::spawn_blocking(move || erase::cluster(&folder, cluster))
            .await
            .unwrap_or_else(|error| Err(Error::internal(format!("a task ended: {error}"))))
    }

    /// Waits for the state of a cluster's engine that `wanted` accepts.
    pub async fn reach(
        &self,
        cluster: ClusterId,
        wanted: impl FnMut(&State) -> bool,
    ) -> Option<State> {
        let mut state = {
            let running = self.lock();
            running.get(&cluster)?.supervisor.state()
        };
        state.wait_for(wanted).await.ok().map(|state| state.clone())
    }

    /// Starts and stops engines as clusters come and go, until the feed ends.
    pub async fn follow(self: Arc<Self>) {
        let mut clusters = self.feed.clusters();
        loop {
            let now = clusters.borrow_and_update().clone();
            self.reconcile(&now).await;
            if clusters.changed().await.is_err() {
                return;
            }
        }
    }

    /// Starts what is missing, stops what is gone.
    pub async fn reconcile(self: &Arc<Self>, clusters: &Clusters) {
        let mut gone = Vec::new();
        {
            let mut running = self.lock();
            for route in clusters.values().filter(|route| is_wanted(route)) {
                running.entry(route.id).or_insert_with(|| self.start(route.id));
            }
            let ids: Vec<ClusterId> = running.keys().copied().collect();
            for id in ids {
                if !clusters.get(&id).is_some_and(is_wanted) {
                    self.stopping().insert(id);
                    gone.extend(running.remove(&id).map(|engine| (id, engine)));
                }
            }
        }
        let stopping: Vec<_> = gone
            .into_iter()
            .map(|(id, engine)| tokio::spawn(Arc::clone(self).retire(id, engine)))
            .collect();
        for task in stopping {
            let _ = task.await;
        }
    }

    /// Stops an engine whose cluster is suspended or gone, and says so to whoever waits.
    async fn retire(self: Arc<Self>, cluster: ClusterId, engine: Engine) {
        engine.stop().await;
        let feed = Arc::clone(&self.feed);
        let told = tokio::task::spawn_blocking(move || feed.set_endpoint(cluster, None));
        let _ = told.await;
        self.stopping().remove(&cluster);
        self.ended.send_replace(());
    }

    /// Stops every engine, and lets each close its data.
    pub async fn stop(&self) {
        let engines: Vec<Engine> = self.lock().drain().map(|(_, engine)| engine).collect();
        let stopping: Vec<_> =
            engines.into_iter().map(|engine| tokio::spawn(engine.stop())).collect();
        for task in stopping {
            let _ = task.await;
        }
    }

    fn start(self: &Arc<Self>, cluster: ClusterId) -> Engine {
        let engines = Arc::clone(self);
        let prepare: Prepare = Box::new(move || {
            let engines = Arc::clone(&engines);
            Box::pin(async move {
                let _turn = engines.installing.lock().await;
                let installation = lite::ensure(&engines.folder, &engines.host, |line| {
                    tracing::info!("{line}");
                })
                .await?;
                Ok(Launch::new(&engines.folder, &installation, cluster))
            })
        });
        let supervisor = Supervisor::start(prepare, Arc::clone(&self.entropy));
        let reporter = tokio::spawn(report(Arc::clone(&self.feed), cluster, supervisor.state()));
        Engine { supervisor, reporter }
    }

    fn stopping(&self) -> MutexGuard<'_, HashSet<ClusterId>> {
        self.stopping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClusterId, Engine>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    async fn stop(self) {
        self.supervisor.stop().await;
        self.reporter.abort();
    }
}

impl fmt::Debug for Engines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engines")
    }
}

/// Whether this process is to run an engine for the cluster. The store knows no address of those.
fn is_wanted(route: &ClusterRoute) -> bool {
    route.upstream.is_none() && route.service == Service::Open
}

async fn report(feed: Arc<Feed>, cluster: ClusterId, mut state: watch::Receiver<State>) {
    loop {
        let endpoint = match &*state.borrow_and_update() {
            State::Running(endpoint) => Some(endpoint.clone()),
            State::Starting | State::Failed(_) | State::Stopped => None,
        };
        let to = Arc::clone(&feed);
        let told = tokio::task::spawn_blocking(move || to.set_endpoint(cluster, endpoint));
        let _ = told.await;
        if state.changed().await.is_err() {
            return;
        }
    }
}
