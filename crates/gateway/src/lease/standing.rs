//! Where one worker stands with the gateway's lease.
//!
//! When the lease is over a worker lapses: it ends all that it has, once, and refuses what comes
//! after. Between the end and that moment nothing may be written, because it could be of a call
//! that ends; before and after it may. Whoever writes for a worker asks here, right before he does.

use super::Lease;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a worker stands. Only the worker itself changes it.
#[derive(Debug)]
pub struct Standing {
    lease: Arc<Lease>,
    lapsed: AtomicBool,
}

impl Standing {
    /// Of a worker that has nothing yet.
    pub(crate) fn new(lease: Arc<Lease>) -> Self {
        Self { lease, lapsed: AtomicBool::new(true) }
    }

    /// Whether bytes may be written now: not when the lease is over and what the worker had is not
    /// ended yet.
    pub fn may_write(&self) -> bool {
        self.has_lapsed() || !self.lease.is_over()
    }

    /// Whether the worker refuses everything.
    pub(crate) fn has_lapsed(&self) -> bool {
        self.lapsed.load(Ordering::Relaxed)
    }

    /// Looks whether the lease holds; true if it is over and what the worker has must be ended now.
    #[must_use = "what the worker has must be ended"]
    pub(crate) fn ends(&self) -> bool {
        if !self.lease.is_over() {
            self.lapsed.store(false, Ordering::Relaxed);
            return false;
        }
        self.lease.notice();
        !self.lapsed.swap(true, Ordering::Relaxed)
    }
}
