//! Looks now and then whether the attached clusters answer.

use super::feed::Feed;
use crate::probe;
use model::ClusterId;
use model::cluster::UpstreamAddress;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

const EVERY: Duration = Duration::from_secs(10);
/// Clusters looked at at once.
const AT_ONCE: usize = 16;

/// What was seen last: `Err` says what happened instead of an answer.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<ClusterId, Result<(), String>>>);

impl Seen {
    /// What was seen last of the cluster, if anybody has looked.
    pub(super) fn last(&self, cluster: ClusterId) -> Option<Result<(), String>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&cluster).cloned()
    }

    fn replace(&self, all: HashMap<ClusterId, Result<(), String>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = all;
    }
}

/// Looks until the feed ends; at once when the clusters change.
pub(super) async fn keep_looking(feed: Arc<Feed>, seen: Arc<Seen>) {
    let mut clusters = feed.clusters();
    loop {
        let now = clusters.borrow_and_update().clone();
        let attached = now.values().filter_map(|route| Some((route.id, route.upstream.clone()?)));
        seen.replace(look_at(attached.collect()).await);
        let changed = tokio::time::timeout(EVERY, clusters.changed()).await;
        if matches!(changed, Ok(Err(_))) {
            return;
        }
    }
}

async fn look_at(
    mut waiting: Vec<(ClusterId, UpstreamAddress)>,
) -> HashMap<ClusterId, Result<(), String>> {
    let mut seen = HashMap::new();
    let mut looking = JoinSet::new();
    loop {
        while looking.len() < AT_ONCE
            && let Some((cluster, address)) = waiting.pop()
        {
            looking.spawn(async move { (cluster, probe::speaks_http2(&address).await) });
        }
        match looking.join_next().await {
            Some(Ok((cluster, answer))) => {
                seen.insert(cluster, answer);
            }
            Some(Err(_)) => {}
            None => return seen,
        }
    }
}
