//! Counters of one worker, and all of them as Prometheus text.
//!
//! A worker is the only writer of its counters, so counting is a plain addition; readers may see a
//! value a moment old.

use crate::access_log::Verdict;
use milvus::rpc::{self, Row, Rpc};
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Upper bounds of the latency histogram, in microseconds.
const BOUNDS: [u64; 12] =
    [100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 1_000_000, 10_000_000];

/// Calls of one RPC by verdict.
#[derive(Default)]
struct ByVerdict([AtomicU64; 4]);

/// One worker's counters.
pub struct Counters {
    calls: Box<[ByVerdict]>,
    unknown: AtomicU64,
    errors: AtomicU64,
    open_calls: AtomicU64,
    clients: AtomicUsize,
    accepted: AtomicU64,
    rest: [AtomicU64; 6],
    request_bytes: AtomicU64,
    response_bytes: AtomicU64,
    latency: [AtomicU64; BOUNDS.len() + 1],
    latency_sum: AtomicU64,
    waiting_bytes: AtomicU64,
    relieved: AtomicU64,
}

impl Counters {
    /// All at zero.
    pub fn new() -> Self {
        Self {
            calls: (0..Rpc::COUNT).map(|_| ByVerdict::default()).collect(),
            unknown: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            open_calls: AtomicU64::new(0),
            clients: AtomicUsize::new(0),
            accepted: AtomicU64::new(0),
            rest: Default::default(),
            request_bytes: AtomicU64::new(0),
            response_bytes: AtomicU64::new(0),
            latency: Default::default(),
            latency_sum: AtomicU64::new(0),
            waiting_bytes: AtomicU64::new(0),
            relieved: AtomicU64::new(0),
        }
    }

    /// A client has connected.
    pub fn client_opened(&self) {
        self.clients.fetch_add(1, Ordering::Relaxed);
        add(&self.accepted, 1);
    }

    /// A client's connection is closed.
    pub fn client_closed(&self) {
        self.clients.fetch_sub(1, Ordering::Relaxed);
    }

    /// Client connections now.
    pub fn clients(&self) -> usize {
        self.clients.load(Ordering::Relaxed)
    }

    /// A call was allowed.
    pub fn call_opened(&self) {
        add(&self.open_calls, 1);
    }

    /// A call has ended.
    pub fn call_closed(&self, row: &Row, verdict: Verdict, status: Option<u32>, took: Duration) {
        self.open_calls.fetch_sub(1, Ordering::Relaxed);
        self.count(row, verdict);
        add(&self.errors, u64::from(status != Some(0)));
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|&bound| micros <= bound).unwrap_or(BOUNDS.len());
        add(&self.latency[bucket], 1);
        add(&self.latency_sum, micros);
    }

    /// A call was refused.
    pub fn refused(&self, row: Option<&Row>) {
        match row {
            Some(row) => self.count(row, Verdict::Refused),
            None => add(&self.unknown, 1),
        }
    }

    /// Bytes of bodies passed on.
    pub fn bytes(&self, request: u64, response: u64) {
        add(&self.request_bytes, request);
        add(&self.response_bytes, response);
    }

    /// A request that was no gRPC call was answered.
    pub fn rest(&self, status: u16) {
        if let Some(counter) = self.rest.get(usize::from(status / 100)) {
            add(counter, 1);
        }
    }

    /// So many bytes wait for their receivers.
    pub fn waiting(&self, bytes: usize) {
        self.waiting_bytes.store(bytes as u64, Ordering::Relaxed);
    }

    /// So many calls and connections were ended because too much waited.
    pub fn relieved(&self, ended: u64) {
        add(&self.relieved, ended);
    }

    fn count(&self, row: &Row, verdict: Verdict) {
        if let Some(calls) = self.calls.get(row.rpc.index()) {
            add(&calls.0[verdict as usize], 1);
        }
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

/// Adds where there is one writer: a load and a store cost less than a locked addition.
fn add(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Relaxed);
}

/// Facts about the gateway as a whole, for [`render`].
pub struct Whole {
    /// Live keys in the access table.
    pub keys: usize,
    /// Users of clusters in the access table.
    pub users: usize,
    /// Passwords that were checked and right, checked and wrong, and not checked because too many
    /// were wrong or too many waited.
    pub passwords: [u64; 3],
    /// Applied revision.
    pub revision: u64,
    /// Lost lines of the access log.
    pub dropped_lines: u64,
    /// How long its lease still holds and how often it was over, if there is one.
    pub lease: Option<(Duration, u64)>,
}

/// All workers' counters in Prometheus' text format.
pub fn render(workers: &[&Counters], whole: &Whole) -> String {
    let mut text = String::new();
    calls(&mut text, workers);
    totals(&mut text, workers);
    for (name, kind, help, value) in [
        ("keys", "gauge", "Live keys in the access table.", whole.keys as u64),
        ("users", "gauge", "Users of clusters in the access table.", whole.users as u64),
        ("revision", "gauge", "Revision of the last change applied.", whole.revision),
        (
            "access_log_dropped_lines_total",
            "counter",
            "Access log lines lost to a slow disk.",
            whole.dropped_lines,
        ),
    ] {
        single(&mut text, name, kind, help, value);
    }
    lease(&mut text, whole);
    passwords(&mut text, whole);
    rest(&mut text, workers);
    latency(&mut text, workers);
    text
}

fn sum(workers: &[&Counters], pick: impl Fn(&Counters) -> &AtomicU64) -> u64 {
    workers.iter().map(|worker| pick(worker).load(Ordering::Relaxed)).sum()
}

fn calls(text: &mut String, workers: &[&Counters]) {
    let name = "keyward_gateway_calls_total";
    begin(text, name, "counter", "gRPC calls by RPC and decision.");
    for row in &rpc::TABLE {
        for verdict in Verdict::ALL {
            let calls = sum(workers, |w| &w.calls[row.rpc.index()].0[verdict as usize]);
            if calls > 0 {
                let (rpc, decision) = (row.name, verdict.as_str());
                let _ = writeln!(text, "{name}{{rpc=\"{rpc}\",decision=\"{decision}\"}} {calls}");
            }
        }
    }
}

/// Sums of one counter over all workers: name, kind, help and the counter.
type Total = (&'static str, &'static str, &'static str, fn(&Counters) -> &AtomicU64);

const TOTALS: [Total; 8] = [
    ("unknown_rpcs_total", "counter", "Calls refused because the RPC is not known.", |w| {
        &w.unknown
    }),
    ("call_errors_total", "counter", "Allowed calls that ended in another status than 0.", |w| {
        &w.errors
    }),
    ("calls_in_flight", "gauge", "Calls on their way.", |w| &w.open_calls),
    ("client_connections_total", "counter", "Client connections accepted.", |w| &w.accepted),
    ("request_bytes_total", "counter", "Bytes of request bodies passed on.", |w| &w.request_bytes),
    ("response_bytes_total", "counter", "Bytes of answers passed on.", |w| &w.response_bytes),
    ("waiting_bytes", "gauge", "Bytes that wait for their receivers.", |w| &w.waiting_bytes),
    ("relieved_total", "counter", "Calls and clients ended because too much waited.", |w| {
        &w.relieved
    }),
];

fn totals(text: &mut String, workers: &[&Counters]) {
    for (name, kind, help, pick) in TOTALS {
        single(text, name, kind, help, sum(workers, pick));
    }
    let clients: usize = workers.iter().map(|worker| worker.clients()).sum();
    single(text, "client_connections", "gauge", "Open client connections.", clients as u64);
}

fn lease(text: &mut String, whole: &Whole) {
    let Some((left, lapses)) = whole.lease else { return };
    let left = Seconds(u64::try_from(left.as_micros()).unwrap_or(u64::MAX));
    single(text, "lease_seconds", "gauge", "For how long the lease still holds.", left);
    let help = "Times the lease was over and all calls were ended.";
    single(text, "lease_lapses_total", "counter", help, lapses);
}

fn passwords(text: &mut String, whole: &Whole) {
    let name = "keyward_gateway_passwords_total";
    begin(text, name, "counter", "Passwords of cluster users that were not known yet.");
    for (result, count) in ["right", "wrong", "unchecked"].into_iter().zip(whole.passwords) {
        let _ = writeln!(text, "{name}{{result=\"{result}\"}} {count}");
    }
}

fn rest(text: &mut String, workers: &[&Counters]) {
    let name = "keyward_gateway_rest_total";
    begin(text, name, "counter", "Requests that were no gRPC calls.");
    for class in 1..6 {
        let count = sum(workers, |w| &w.rest[class]);
        let _ = writeln!(text, "{name}{{status=\"{class}xx\"}} {count}");
    }
}

fn latency(text: &mut String, workers: &[&Counters]) {
    let name = "keyward_gateway_call_seconds";
    begin(text, name, "histogram", "Time from a call's head to the end of its answer.");
    let mut below = 0;
    for (index, &bound) in BOUNDS.iter().enumerate() {
        below += sum(workers, |w| &w.latency[index]);
        let _ = writeln!(text, "{name}_bucket{{le=\"{}\"}} {below}", Seconds(bound));
    }
    below += sum(workers, |w| &w.latency[BOUNDS.len()]);
    let took = Seconds(sum(workers, |w| &w.latency_sum));
    let _ = writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {below}");
    let _ = writeln!(text, "{name}_sum {took}\n{name}_count {below}");
}

/// Microseconds, written as seconds.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

fn single(text: &mut String, name: &str, kind: &str, help: &str, value: impl fmt::Display) {
    let name = format!("keyward_gateway_{name}");
    begin(text, &name, kind, help);
    let _ = writeln!(text, "{name} {value}");
}

fn begin(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
