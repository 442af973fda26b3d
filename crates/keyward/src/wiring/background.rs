//! What goes on beside calls and requests for as long as the server runs.
//!
//! Each is a task that never ends by itself and copes with whatever fails. It must never decide
//! anything, and never hand the gateway a change but through the feed.

use super::feed::Feed;
use super::server::blocking;
use super::usage::UsageBook;
use gateway::Gateway;
use model::usage::UsageBatch;
use model::{Error, ErrorKind};
use std::sync::{Arc, Weak};
use std::time::Duration;
use store::Serving;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// The feed is followed on every change; this makes certain what a lost wake-up would miss.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// After what time what the gateway has counted is written down, unless it holds so much before
/// that it cannot wait.
const USAGE_EVERY: Duration = Duration::from_secs(10);

/// Everything that goes on beside calls and requests; and where it shows that another process
/// serves the database.
pub(super) fn begin(
    feed: &Arc<Feed>,
    serving: &Arc<Serving>,
) -> (JoinSet<()>, watch::Receiver<Option<Error>>) {
    let mut background = JoinSet::new();
    background.spawn(poll(Arc::clone(feed)));
    let (displace, displaced) = watch::channel(None);
    background.spawn(keep_serving(Arc::clone(serving), displace));
    (background, displaced)
}

/// Looks again and again whether this process is still the one that serves the database.
async fn keep_serving(serving: Arc<Serving>, displace: watch::Sender<Option<Error>>) {
    let mut beat = tokio::time::interval(POLL_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let serving = Arc::clone(&serving);
        match blocking(move || serving.check()).await {
            Err(error) if error.kind() == ErrorKind::Conflict => {
                tracing::error!(%error, "another process serves the database now");
                displace.send_replace(Some(error));
            }
            Err(error) => tracing::error!(%error, "the database does not answer"),
            Ok(()) => {}
        }
    }
}

/// Follows the feed as soon as something was heard of.
pub(super) async fn follow(feed: Arc<Feed>, heard: Arc<Notify>) {
    loop {
        heard.notified().await;
        let feed = Arc::clone(&feed);
        if let Err(error) = blocking(move || feed.catch_up()).await {
            tracing::warn!(%error, "the change feed cannot be followed");
        }
    }
}

async fn poll(feed: Arc<Feed>) {
    let mut beat = tokio::time::interval(POLL_EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let feed = Arc::clone(&feed);
        if let Err(error) = blocking(move || feed.catch_up()).await {
            tracing::error!(%error, "the change feed cannot be followed");
        }
    }
}

/// Writes down what the gateway counts, for as long as it runs.
pub(super) async fn keep_book(book: Arc<UsageBook>, gateway: Weak<Gateway>) {
    let crowded = Arc::new(Notify::new());
    if let Some(gateway) = gateway.upgrade() {
        let bell = Arc::clone(&crowded);
        gateway.on_crowded_usage(move || bell.notify_one());
    }
    loop {
        // Either way it is time.
        let _ = tokio::time::timeout(USAGE_EVERY, crowded.notified()).await;
        let (book, gateway) = (Arc::clone(&book), Weak::clone(&gateway));
        let take = move || gateway.upgrade().map_or_else(UsageBatch::default, |g| g.usage());
        if let Err(error) = blocking(move || book.write(take)).await {
            tracing::warn!(%error, "what keys did could not be written down; it is tried again");
        }
    }
}
