//! Looks now and then whether the attached clusters answer and let Keyward in.

use super::feed::Feed;
use crate::probe::{Prober, Version};
use gateway::Roots;
use model::ClusterId;
use model::cluster::{ClusterRoute, Service};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

const EVERY: Duration = Duration::from_secs(10);
/// Clusters looked at at once.
const AT_ONCE: usize = 16;

/// What a look finds: `Err` says what happened instead of an answer.
pub(super) type Found = Result<Version, String>;

/// Looks at attached clusters, and remembers what was seen last.
#[derive(Debug)]
pub(super) struct Looks {
    prober: Prober,
    seen: Mutex<HashMap<ClusterId, Found>>,
}

impl Looks {
    /// Nothing seen yet; over TLS it trusts these authorities.
    pub(super) fn new(roots: Roots) -> Self {
        Self { prober: Prober::new(roots), seen: Mutex::default() }
    }

    /// What was seen last of the cluster, if anybody has looked.
    pub(super) fn last(&self, cluster: ClusterId) -> Option<Found> {
        self.lock().get(&cluster).cloned()
    }

    /// Looks at a cluster now; nothing happens if Keyward runs it, or if it is suspended.
    pub(super) async fn look(&self, route: &ClusterRoute) {
        if let (Some(address), Service::Open) = (&route.upstream, route.service) {
            let found = self.prober.version(address, route.credential.as_ref()).await;
            self.lock().insert(route.id, found);
        }
    }

    fn forget_all_but(&self, clusters: &BTreeSet<ClusterId>) {
        self.lock().retain(|cluster, _| clusters.contains(cluster));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClusterId, Found>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks until the feed ends; at once when the clusters change.
pub(super) async fn keep_looking(feed: Arc<Feed>, looks: Arc<Looks>) {
    let mut clusters = feed.clusters();
    loop {
        let now = clusters.borrow_and_update().clone();
        looks.forget_all_but(&now.keys().copied().collect());
        look_at(now.values().cloned().collect(), &looks).await;
        let changed = tokio::time::timeout(EVERY, clusters.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            return;
        }
    }
}

async fn look_at(mut waiting: Vec<ClusterRoute>, looks: &Arc<Looks>) {
    let mut looking = JoinSet::new();
    loop {
        while looking.len() < AT_ONCE
            && let Some(route) = waiting.pop()
        {
            let looks = Arc::clone(looks);
            looking.spawn(async move { looks.look(&route).await });
        }
        if looking.join_next().await.is_none() {
            return;
        }
    }
}
