//! Starting, feeding and stopping a gateway.

use crate::access_log::AccessLog;
use crate::calls::Cuts;
use crate::config::Config;
use crate::desk::Clerks;
use crate::engine::listener::{Listener, Ports};
use crate::engine::resolve::Resolver;
use crate::engine::{Command, Outlet, Parts, Worker};
use crate::fence::Fence;
use crate::lease::{Lease, Standing};
use crate::metrics::{self, Counters, Whole};
use crate::moments::Moments;
use crate::passwords::Passwords;
use crate::path::Means;
use crate::path::explain::{Outcome, Question, explain};
use crate::table::{AccessTable, Effects, View};
use crate::upstream_tls::UpstreamTls;
use crate::usage::Usage;
use milvus::refusal::Refusal;
use model::usage::UsageBatch;
use model::{Change, Clock, DigestKey, GatewayId, KeyId, Revision};
use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long [`Gateway::live_calls`] waits for the workers.
const COUNT_LIMIT: Duration = Duration::from_secs(1);

/// Why a gateway did not start.
#[derive(Debug)]
pub enum StartError {
    /// The address cannot be listened on.
    Listen(SocketAddr, io::Error),
    /// The access log cannot be opened.
    AccessLog(io::Error),
    /// The system refused a thread, a poll or a waker.
    System(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => {
                write!(f, "the gateway cannot listen on {address}: {error}")
            }
            Self::AccessLog(error) => write!(f, "the access log cannot be opened: {error}"),
            Self::System(error) => write!(f, "the gateway cannot start: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// Whether a change holds on every worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a change that is not confirmed may not be reported as applied"]
pub enum Applied {
    /// Every worker decides on it and has cut what it ends.
    Confirmed,
    /// A worker did not answer within [`crate::FENCE_LIMIT`]. New calls are decided on the change;
    /// calls in flight may not all be cut yet.
    Unconfirmed,
}

/// A running gateway.
pub struct Gateway {
    id: GatewayId,
    address: SocketAddr,
    table: Arc<AccessTable>,
    workers: Vec<(Outlet, Arc<Counters>)>,
    /// Until they are waited for.
    threads: Mutex<Vec<JoinHandle<()>>>,
    ports: Arc<Ports>,
    access: AccessLog,
    usage: Arc<Usage>,
    passwords: Passwords,
    /// Whether RPCs about users and roles are answered.
    has_desk: bool,
    lease: Option<Arc<Lease>>,
    cuts: Cuts,
    /// One change at a time: the order of the feed is the order of application.
    applying: Mutex<Fence>,
}

impl Gateway {
    /// Binds the address and starts; refuses every call until [`Gateway::load`].
    ///
    /// # Errors
    /// The address is taken, the access log cannot be written, or the system is out of something.
    pub fn start(
        config: Config,
        digest_key: &DigestKey,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let listen = config.listen;
        let socket =
            TcpListener::bind(listen).map_err(|error| StartError::Listen(listen, error))?;
        Self::start_on(socket, config, digest_key, clock)
    }

    /// Starts on a socket that is bound already; `config.listen` gives the address of further
    /// ports.
    ///
    /// # Errors
    /// As [`Gateway::start`].
    pub fn start_on(
        socket: TcpListener,
        config: Config,
        digest_key: &DigestKey,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, StartError> {
        let address = socket.local_addr().map_err(StartError::System)?;
        let limit = config.limits.access_log_bytes;
        let access =
            AccessLog::start(config.access_log.as_deref(), limit).map_err(StartError::AccessLog)?;
        let tls = Arc::new(UpstreamTls::new(config.roots.clone()));
        let config = Arc::new(config);
        let table = Arc::new(AccessTable::new());
        let resolver = Resolver::start().map_err(StartError::System)?;
        let moments = Arc::new(Moments::new(clock.clone(), now()));
        let usage = Arc::new(Usage::default());
        let means = Means::new(digest_key.clone(), config.desk.is_some());
        let passwords = Passwords::start(&means.passwords).map_err(StartError::System)?;
        let clerks = config.desk.as_ref().map(Clerks::start).transpose();
        let clerks = clerks.map_err(StartError::System)?;
        let mut workers = Vec::new();
        let mut threads = Vec::new();
        for number in 0..config.workers.max(1) {
            let counters = Arc::new(Counters::new());
            let parts = Parts {
                config: config.clone(),
                view: View::new(table.clone()),
                means: means.clone(),
                passwords: passwords.clone(),
                clerks: clerks.clone(),
                clock: clock.clone(),
                moments: moments.clone(),
                counters: counters.clone(),
                access: access.writer(),
                usage: usage.clone(),
                standing: config.lease.clone().map(Standing::new).map(Arc::new),
                resolver: resolver.clone(),
                tls: tls.clone(),
            };
            let (worker, outlet) = Worker::new(parts, now()).map_err(StartError::System)?;
            let name = format!("gateway-{number}");
            threads.push(spawn(&name, move || worker.run()).map_err(StartError::System)?);
            workers.push((outlet, counters));
        }
        let (listener, ports) =
            Listener::new(config.clone(), socket, workers.clone()).map_err(StartError::System)?;
        threads.push(spawn("gateway-accept", move || listener.run()).map_err(StartError::System)?);
        let fence = Fence::new(workers.iter().map(|(outlet, _)| outlet.clone()));
        Ok(Self {
            id: config.id,
            address,
            table,
            workers,
            threads: Mutex::new(threads),
            ports,
            access,
            usage,
            passwords,
            has_desk: means.has_desk,
            lease: config.lease.clone(),
            cuts: Cuts::default(),
            applying: Mutex::new(fence),
        })
    }

    /// Loads the whole access table and opens the gate. What the table held and `changes` do not
    /// is gone, and cut.
    pub fn load(&self, revision: Revision, changes: &[Change]) -> Applied {
        let read = |each: &mut dyn FnMut(Change)| {
            changes.iter().cloned().for_each(each);
            Ok::<_, Infallible>(revision)
        };
        match self.load_from(read) {
            Ok(applied) => applied,
            Err(never) => match never {},
        }
    }

    /// The same, from a store that hands out its content thing by thing and then says which
    /// revision that was. Nothing is held twice, so this is for tables of any size.
    ///
    /// # Errors
    /// That of the store. The gateway then stays at the revision it had, or closed.
    pub fn load_from<E>(
        &self,
        read: impl FnOnce(&mut dyn FnMut(Change)) -> Result<Revision, E>,
    ) -> Result<Applied, E> {
        let mut fence = self.fence();
        let mut load = self.table.load();
        match read(&mut |change| load.put(change)) {
            Ok(revision) => Ok(self.settle(&mut fence, load.finish(revision))),
            Err(error) => {
                // What was handed over may have narrowed a key: its calls are cut all the same.
                let _applied = self.settle(&mut fence, load.give_up());
                Err(error)
            }
        }
    }

    /// Applies changes of the feed, in its order. Returns when every worker decides on them and has
    /// cut what they end: when this returns [`Applied::Confirmed`], the fence stands.
    pub fn apply(&self, revision: Revision, changes: &[Change]) -> Applied {
        let mut fence = self.fence();
        let effects = self.table.apply(revision, changes);
        self.settle(&mut fence, effects)
    }

    /// Says whether every worker has done all that it was told before: what was not confirmed when
    /// it was applied may be by now. To be asked before a lease is extended.
    pub fn confirm(&self) -> Applied {
        let cut = self.fence().cut(&Arc::default());
        cut.map_or(Applied::Unconfirmed, |_| Applied::Confirmed)
    }

    fn settle(&self, fence: &mut Fence, effects: Effects) -> Applied {
        if effects.refresh {
            let view = View::new(self.table.clone());
            self.ports.want(view.routes().ports().collect());
        }
        if !effects.need_workers() {
            return Applied::Confirmed;
        }
        let lost = Arc::new(effects);
        let Some(cut) = fence.cut(&lost) else {
            return Applied::Unconfirmed;
        };
        self.cuts.add(&lost.keys, &cut);
        Applied::Confirmed
    }

    fn fence(&self) -> MutexGuard<'_, Fence> {
        self.applying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What would become of a call, decided on the table as it is now by the steps that decide
    /// calls.
    pub fn explain(&self, question: &Question<'_>) -> Outcome {
        let loaded = self.table.revision() > Revision::ZERO;
        if loaded && self.lease.as_ref().is_some_and(|lease| lease.is_over()) {
            return Outcome::Refused(Refusal::OutOfTouch { changing: false });
        }
        explain(question, &View::new(Arc::clone(&self.table)), self.has_desk)
    }

    /// How many calls of a key run at this moment; `None` if a worker did not say in time. Blocks
    /// for as long as the busiest worker takes to look.
    pub fn live_calls(&self, key: KeyId) -> Option<u64> {
        let (told, counts) = channel();
        for (worker, _) in &self.workers {
            if !worker.send(Command::Count { key, told: told.clone() }) {
                return None;
            }
        }
        let until = now() + COUNT_LIMIT;
        let mut sum = 0;
        for _ in &self.workers {
            sum += counts.recv_timeout(until.saturating_duration_since(now())).ok()?;
        }
        Some(sum)
    }

    /// How many calls of a key were cut when it changed last; `None` if that is not known any more.
    pub fn calls_cut(&self, key: KeyId) -> Option<u64> {
        self.cuts.of(key)
    }

    /// Name of this gateway in receipts.
    pub fn id(&self) -> GatewayId {
        self.id
    }

    /// Where clients connect.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The revision of the last change applied.
    pub fn revision(&self) -> Revision {
        self.table.revision()
    }

    /// Why a cluster's own port is not listened on, if it should be and is not.
    pub fn port_problem(&self, port: u16) -> Option<String> {
        self.ports.problem(port)
    }

    /// Counters in Prometheus' text format.
    pub fn metrics(&self) -> String {
        let counters: Vec<&Counters> = self.workers.iter().map(|(_, c)| &**c).collect();
        let whole = Whole {
            keys: self.table.keys(),
            users: self.table.users(),
            passwords: self.passwords.counted(),
            revision: self.table.revision().number(),
            dropped_lines: self.access.dropped(),
            lease: self.lease.as_ref().map(|lease| (lease.left(), lease.lapses())),
        };
        metrics::render(&counters, &whole)
    }

    /// Takes what keys did since it was taken last, up to about a second ago. Whoever takes it has
    /// to keep it.
    pub fn usage(&self) -> UsageBatch {
        self.usage.take()
    }

    /// Whom to call, from a worker's thread, when so much waits to be taken with
    /// [`Gateway::usage`] that it should not wait longer: the tables grow, and in the end calls are
    /// counted without their keys. It must not block. The first one that is given stays.
    pub fn on_crowded_usage(&self, bell: impl Fn() + Send + Sync + 'static) {
        self.usage.ring(bell);
    }

    /// Takes no more clients, and lets calls in flight end for as long as `drain`. Returns when
    /// every worker has ended. Until then changes reach the calls that still run; a change that
    /// finds a worker gone is not confirmed.
    pub fn drain(&self, drain: Duration) {
        self.ports.stop();
        for (worker, _) in &self.workers {
            worker.insist(Command::Drain { until: now() + drain });
        }
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A panic of the thread was printed when it happened.
            let _ = thread.join();
        }
    }

    /// The same, and stops. What keys did since [`Gateway::usage`] is the answer.
    pub fn shutdown(self, drain: Duration) -> UsageBatch {
        self.drain(drain);
        self.access.finish();
        self.usage.take()
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gateway({} on {})", self.id, self.address)
    }
}

fn spawn(
    name: &str,
    run: impl FnOnce() -> io::Result<()> + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(move || {
        // Without one of its threads the gateway would refuse to confirm any deletion and serve a
        // part of its clients. Ended as a whole it is started again as a whole.
        let _guard = EndWithPanic;
        if let Err(error) = run() {
            tracing::error!(%error, "a gateway thread has ended");
        }
    })
}

/// Ends the process when a thread panics.
pub(crate) struct EndWithPanic;

impl Drop for EndWithPanic {
    fn drop(&mut self) {
        if thread::panicking() {
            tracing::error!("a gateway thread has panicked: the process ends");
            std::process::abort();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "waiting for workers is measured in real time")]
fn now() -> Instant {
    Instant::now()
}
