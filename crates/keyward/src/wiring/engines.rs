//! Runs a Milvus Lite for every cluster that is one: started when the cluster appears in the feed,
//! stopped when it is gone from there. The data of a cluster that is gone stays where it is.

use super::feed::{Clusters, Feed};
use crate::data::DataFolder;
use crate::lite::{self, Host, Launch, Prepare, State, Supervisor};
use model::cluster::ClusterRoute;
use model::{ClusterId, Entropy};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, watch};
use tokio::task::JoinHandle;

/// The engines of this process.
pub struct Engines {
    folder: Arc<DataFolder>,
    host: Host,
    entropy: Arc<dyn Entropy>,
    feed: Arc<Feed>,
    running: Mutex<HashMap<ClusterId, Engine>>,
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
            installing: AsyncMutex::default(),
        })
    }

    /// What the engine of the cluster is doing; `None` if it has none.
    pub fn state(&self, cluster: ClusterId) -> Option<State> {
        let running = self.lock();
        let engine = running.get(&cluster)?;
        Some(engine.supervisor.state().borrow().clone())
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
            for route in clusters.values().filter(|route| is_ours(route)) {
                running.entry(route.id).or_insert_with(|| self.start(route.id));
            }
            let ids: Vec<ClusterId> = running.keys().copied().collect();
            for id in ids {
                if !clusters.contains_key(&id) {
                    gone.extend(running.remove(&id));
                }
            }
        }
        for engine in gone {
            engine.stop().await;
        }
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

/// The store knows no address of the engines that this process runs.
fn is_ours(route: &ClusterRoute) -> bool {
    route.upstream.is_none()
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
