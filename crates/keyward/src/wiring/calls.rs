//! What the control API can say of the calls of a key.

use control::{CallWatch, Counting};
use gateway::Gateway;
use model::KeyId;
use std::fmt;
use std::sync::Weak;

/// The calls that go through the gateway of this process.
pub struct Calls {
    pub(super) gateway: Weak<Gateway>,
    /// Whether there are no others: what theirs do is not known here.
    pub(super) is_alone: bool,
}

impl CallWatch for Calls {
    fn live(&self, key: KeyId) -> Counting<'_> {
        if !self.is_alone {
            return Box::pin(std::future::ready(None));
        }
        let gateway = Weak::clone(&self.gateway);
        // The workers look between two turns, so whoever asks waits on a thread that may block.
        let counted = tokio::task::spawn_blocking(move || gateway.upgrade()?.live_calls(key));
        Box::pin(async move { counted.await.ok().flatten() })
    }

    fn cut(&self, key: KeyId) -> Option<u64> {
        self.gateway.upgrade().filter(|_| self.is_alone)?.calls_cut(key)
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Calls")
    }
}
