//! The fence of one process: commit, apply, cut, answer.

use super::feed::{Feed, Progress};
use control::{Confirmation, ConfirmedBy, Fence, Receipt, Settling};
use model::{Clock, Revision};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Longer than the gateway's own bound on its workers, shorter than the control API's on a request.
const LIMIT: Duration = Duration::from_secs(15);

/// Waits until the gateway in this process holds a change.
pub struct LocalFence {
    feed: Arc<Feed>,
    clock: Arc<dyn Clock>,
}

impl LocalFence {
    /// A fence over the feed to the gateway.
    pub fn new(feed: Arc<Feed>, clock: Arc<dyn Clock>) -> Self {
        Self { feed, clock }
    }

    async fn wait(&self, revision: Revision) -> Receipt {
        let feed = Arc::clone(&self.feed);
        let caught_up = tokio::task::spawn_blocking(move || feed.catch_up());
        let settled = match tokio::time::timeout(LIMIT, caught_up).await {
            Ok(Ok(Ok(progress))) => Progress::settles(progress, revision),
            Ok(Ok(Err(error))) => {
                tracing::error!(%error, "a change could not be brought to the gateway");
                false
            }
            Ok(Err(_)) | Err(_) => false,
        };
        let confirmation = self.feed.gateway().filter(|_| settled).map(|gateway| Confirmation {
            gateway,
            confirmed_at: self.clock.now(),
            confirmed_by: ConfirmedBy::Applied,
        });
        Receipt { revision, settled, gateways: confirmation.into_iter().collect() }
    }
}

impl Fence for LocalFence {
    fn settle(&self, revision: Revision) -> Settling<'_> {
        Box::pin(self.wait(revision))
    }
}

impl fmt::Debug for LocalFence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalFence")
    }
}
