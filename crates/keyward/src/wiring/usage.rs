//! Writes down what the gateway has counted: every few seconds, and once more when it stops.
//!
//! What is taken out of the gateway is written batch by batch under a number of its own. A batch
//! that could not be written, or of which nobody knows whether it was, is handed in again under the
//! same number, and nothing after it before. Meanwhile the gateway counts on, in bounded tables.
//! This module must never write down what was not counted.

use model::usage::UsageBatch;
use model::{Error, GatewayId};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use store::{Store, usage};

/// The most counts, and the most last uses, of one batch: how long one transaction may get.
const BATCH: usize = 5_000;

/// What was counted and is not written yet.
pub struct UsageBook {
    store: Store,
    gateway: GatewayId,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<UsageBatch>,
    /// Number of the last batch that was written.
    written: u64,
}

impl UsageBook {
    /// A book for the counts of one gateway.
    pub fn new(store: Store, gateway: GatewayId) -> Self {
        Self { store, gateway, state: Mutex::default() }
    }

    /// Writes what waits, and what `take` gives once nothing waits any more. Blocks.
    ///
    /// # Errors
    /// The store does not answer; what is not written waits for the next time.
    pub fn write(&self, take: impl FnOnce() -> UsageBatch) -> Result<(), Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.drain(&mut state)?;
        split(take(), &mut state.waiting);
        self.drain(&mut state)
    }

    fn drain(&self, state: &mut State) -> Result<(), Error> {
        while let Some(batch) = state.waiting.front() {
            let lost = usage::record(&self.store, self.gateway, state.written + 1, batch)?;
            if lost > 0 {
                tracing::info!(
                    calls = lost,
                    "calls of a deleted key without a cluster were dropped"
                );
            }
            state.written += 1;
            state.waiting.pop_front();
        }
        Ok(())
    }
}

impl fmt::Debug for UsageBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UsageBook({})", self.gateway)
    }
}

/// Cuts what was taken into batches.
fn split(taken: UsageBatch, into: &mut VecDeque<UsageBatch>) {
    let UsageBatch { mut counts, mut last } = taken;
    while !counts.is_empty() || !last.is_empty() {
        let rest =
            (counts.split_off(counts.len().min(BATCH)), last.split_off(last.len().min(BATCH)));
        into.push_back(UsageBatch { counts, last });
        (counts, last) = rest;
    }
}
