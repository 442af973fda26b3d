//! The gateways that share the database, called again and again, and the fence over them.
//!
//! A change holds when each gateway that was listed after its commit has confirmed it, or cannot be
//! alive any more: none goes on for longer than its lease without having read everything that was
//! committed before. That needs no word of it, so a change is settled at last whatever happens.

use super::role::LeaseLength;
use super::server::blocking;
use control::{Confirmation, ConfirmedBy, Fence, Receipt, Settling};
use model::{Clock, Error, GatewayId, Revision};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;
use store::gateways::{self, Gateway};
use store::{Serving, Store};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout};

/// How often the list is read while somebody waits, and while nobody does.
const SOON: Duration = Duration::from_millis(100);
const LATER: Duration = Duration::from_secs(2);

/// The list as it was read last.
#[derive(Clone, Debug, Default)]
struct Called {
    /// When the reading began; `None` before the first.
    began: Option<Instant>,
    gateways: Arc<Vec<Gateway>>,
}

/// Calls the roll.
pub(super) struct Roll {
    store: Store,
    serving: Arc<Serving>,
    clock: Arc<dyn Clock>,
    publish: watch::Sender<Called>,
    wanted: Arc<Notify>,
}

impl Roll {
    /// Nothing is read yet.
    pub(super) fn new(store: Store, serving: Arc<Serving>, clock: Arc<dyn Clock>) -> Self {
        let publish = watch::Sender::new(Called::default());
        Self { store, serving, clock, publish, wanted: Arc::default() }
    }

    /// Rings when the list should be read.
    pub(super) fn wanted(&self) -> Arc<Notify> {
        Arc::clone(&self.wanted)
    }

    /// Reads the list again and again, and takes off who is silent for longer than its lease.
    pub(super) async fn keep(self: Arc<Self>) {
        let mut silent = Silent::default();
        loop {
            if let Err(error) = self.call(&mut silent).await {
                // The database may have lost what was seen, and counts from there again.
                silent = Silent::default();
                tracing::warn!(%error, "the gateways that share the database cannot be read");
            }
            // Either way it is time.
            let _ = timeout(LATER, self.wanted.notified()).await;
        }
    }

    async fn call(&self, silent: &mut Silent) -> Result<(), Error> {
        let (store, began) = (self.store.clone(), Instant::now());
        let listed = blocking(move || store.read(gateways::list)).await?;
        let over = silent.look(&listed, Instant::now());
        self.publish.send_replace(Called { began: Some(began), gateways: Arc::new(listed) });
        for (gateway, beat) in over {
            let serving = Arc::clone(&self.serving);
            if blocking(move || serving.remove(gateway, beat)).await? {
                tracing::warn!(%gateway, "a gateway was silent for longer than its lease");
            }
        }
        Ok(())
    }

    /// The list in Prometheus' text format.
    pub(super) fn metrics(&self) -> String {
        let called = self.publish.borrow().clone();
        let mut text = String::from(
            "# HELP keyward_gateway_applied_revision The newest revision a gateway has confirmed.\n\
             # TYPE keyward_gateway_applied_revision gauge\n",
        );
        for gateway in called.gateways.iter() {
            let (id, applied) = (gateway.id, gateway.applied.number());
            // Writing into a text cannot fail.
            let _ =
                writeln!(text, "keyward_gateway_applied_revision{{gateway=\"{id}\"}} {applied}");
        }
        text
    }

    async fn wait(&self, revision: Revision) -> Receipt {
        let mut waiting = Waiting::new(revision, Instant::now());
        let mut called = self.publish.subscribe();
        loop {
            let seen = called.borrow_and_update().clone();
            if let Some(gateways) = waiting.look(&seen, Instant::now(), &*self.clock) {
                return Receipt { revision, settled: true, gateways };
            }
            self.wanted.notify_one();
            // A list that does not come changes nothing about when every lease is over.
            let _ = timeout(SOON, called.changed()).await;
        }
    }
}

impl Fence for Roll {
    fn settle(&self, revision: Revision) -> Settling<'_> {
        Box::pin(self.wait(revision))
    }
}

impl fmt::Debug for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Roll")
    }
}

/// Since when which gateways give no sign of life.
#[derive(Default)]
struct Silent(HashMap<GatewayId, (u64, Instant)>);

impl Silent {
    /// Notes who has moved, and answers who has not for longer than its lease; the list was whole
    /// at `now`.
    fn look(&mut self, listed: &[Gateway], now: Instant) -> Vec<(GatewayId, u64)> {
        let mut over = Vec::new();
        let mut seen = HashMap::with_capacity(listed.len());
        for gateway in listed {
            let known = self.0.get(&gateway.id).filter(|(beat, _)| *beat == gateway.beat);
            let since = known.map_or(now, |(_, since)| *since);
            if now.duration_since(since) >= LeaseLength::surely_over(gateway.lease) {
                over.push((gateway.id, gateway.beat));
            }
            seen.insert(gateway.id, (gateway.beat, since));
        }
        self.0 = seen;
        over
    }
}

/// A change that is waited for.
struct Waiting {
    revision: Revision,
    /// After its commit.
    since: Instant,
    /// Who had not confirmed it when the list was read.
    missing: BTreeMap<GatewayId, Duration>,
    confirmed: BTreeMap<GatewayId, Confirmation>,
}

impl Waiting {
    fn new(revision: Revision, since: Instant) -> Self {
        Self { revision, since, missing: BTreeMap::new(), confirmed: BTreeMap::new() }
    }

    /// Every gateway's word, once there is nobody left to wait for.
    fn look(
        &mut self,
        called: &Called,
        now: Instant,
        clock: &dyn Clock,
    ) -> Option<Vec<Confirmation>> {
        let waited = now.duration_since(self.since);
        // A list from before the commit may lack a gateway that reads the state of before. When
        // every lease is over for certain, any list will do.
        let is_new = called.began.is_some_and(|began| began >= self.since);
        if !is_new && waited < LeaseLength::surely_over(LeaseLength::LONGEST) {
            return None;
        }
        self.hear(&called.gateways, clock);
        let over: Vec<GatewayId> = self
            .missing
            .iter()
            .filter(|(_, lease)| waited >= LeaseLength::surely_over(**lease))
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            self.missing.remove(&id);
            self.note(id, ConfirmedBy::LeaseExpired, clock);
        }
        self.missing.is_empty().then(|| self.confirmed.values().cloned().collect())
    }

    fn hear(&mut self, listed: &[Gateway], clock: &dyn Clock) {
        for gateway in listed {
            if gateway.applied >= self.revision {
                self.missing.remove(&gateway.id);
                self.confirmed.insert(
                    gateway.id,
                    Confirmation {
                        gateway: gateway.id,
                        confirmed_at: gateway.confirmed_at,
                        confirmed_by: ConfirmedBy::Applied,
                    },
                );
            } else if gateway.has_stopped {
                self.missing.remove(&gateway.id);
                self.note(gateway.id, ConfirmedBy::Stopped, clock);
            } else if !self.confirmed.contains_key(&gateway.id) {
                self.missing.insert(gateway.id, gateway.lease);
            }
        }
        // Only one whose lease is over is taken off the list.
        let is_listed = |id: &GatewayId| listed.iter().any(|gateway| gateway.id == *id);
        let gone: Vec<_> = self.missing.keys().copied().filter(|id| !is_listed(id)).collect();
        for id in gone {
            self.missing.remove(&id);
            self.note(id, ConfirmedBy::LeaseExpired, clock);
        }
    }

    fn note(&mut self, gateway: GatewayId, confirmed_by: ConfirmedBy, clock: &dyn Clock) {
        let confirmation = Confirmation { gateway, confirmed_at: clock.now(), confirmed_by };
        self.confirmed.insert(gateway, confirmation);
    }
}

#[cfg(test)]
mod tests;
