//! What all connections of the load generator share: the phase, the clock and the counts.

use super::plan::{Bound, Plan};
use super::report::Report;
use crate::clock::{WallClock, instant};
use crate::link::Fields;
use crate::message;
use model::Clock;
use std::io::{ErrorKind, Result};
use std::time::{Duration, Instant};

/// How long connecting may take, and how long nothing may happen before a run is given up.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Warmup,
    Counting,
    Draining,
}

/// What a header block says of the call's end.
#[derive(Default)]
pub(super) struct Outcome {
    code: Option<u32>,
    message: Option<String>,
}

impl Outcome {
    pub(super) fn field(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"grpc-status" => {
                self.code = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            }
            b"grpc-message" => self.message = Some(String::from_utf8_lossy(value).into_owned()),
            _ => {}
        }
    }
}

pub(super) struct Traffic<'a> {
    plan: &'a Plan,
    body: Vec<u8>,
    authority: String,
    /// The wall clock in milliseconds, as text.
    stamp: String,
    next_key: usize,
    begun: u64,
    phase: Phase,
    now: Instant,
    /// When anything last arrived.
    moved: Instant,
    /// When the phase began.
    since: Instant,
    report: Report,
}

impl<'a> Traffic<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let now = instant();
        Self {
            plan,
            body: message::framed(&plan.message),
            authority: plan.target.to_string(),
            stamp: WallClock.now().millis().to_string(),
            next_key: 0,
            begun: 0,
            phase: Phase::Warmup,
            now,
            moved: now,
            since: now,
            report: Report::default(),
        }
    }

    // The loop's side.

    pub(super) fn tick(&mut self, moved: bool) -> Result<()> {
        self.now = instant();
        self.stamp = WallClock.now().millis().to_string();
        if moved {
            self.moved = self.now;
        }
        let stuck = self.now > self.moved + PATIENCE;
        if stuck { Err(ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// How long the loop may sleep without missing a change of phase.
    pub(super) fn wait(&self) -> Duration {
        let length = match (self.phase, self.plan.bound) {
            (Phase::Warmup, _) => self.plan.warmup,
            (Phase::Counting, Bound::Time(time)) => time,
            _ => return PATIENCE,
        };
        // One more millisecond, because the poll's clock is that coarse.
        let left = length.saturating_sub(self.now - self.since);
        left.min(PATIENCE) + Duration::from_millis(1)
    }

    /// Begins to count once the warm-up is over, and says so to whom it concerns.
    pub(super) fn count_if_due(&mut self, counting: &mut Option<impl FnOnce()>) {
        if self.phase != Phase::Warmup || self.now - self.since < self.plan.warmup {
            return;
        }
        let lost_connections = self.report.lost_connections;
        self.report = Report { lost_connections, ..Report::default() };
        self.begun = 0;
        if let Some(call) = counting.take() {
            call();
        }
        self.enter(Phase::Counting);
    }

    pub(super) fn finish_if_due(&mut self) {
        let over = match self.plan.bound {
            Bound::Time(time) => self.now - self.since >= time,
            Bound::Calls(calls) => self.begun >= calls,
        };
        if self.phase == Phase::Counting && over {
            self.report.elapsed = instant() - self.since;
            self.enter(Phase::Draining);
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.phase == Phase::Draining
    }

    pub(super) fn lose_connection(&mut self) {
        self.report.lost_connections += 1;
    }

    pub(super) fn into_report(self) -> Report {
        self.report
    }

    fn enter(&mut self, phase: Phase) {
        self.now = instant();
        self.since = self.now;
        self.phase = phase;
    }

    // The connections' side.

    /// Notes the time of what was just read.
    pub(super) fn arrived(&mut self) {
        self.now = instant();
    }

    /// Whether a connection with so many calls in flight is to begin another one.
    pub(super) fn wants_call(&self, in_flight: usize) -> bool {
        let allowed = match (self.phase, self.plan.bound) {
            (Phase::Draining, _) => false,
            (Phase::Counting, Bound::Calls(calls)) => self.begun < calls,
            _ => true,
        };
        allowed && in_flight < self.plan.streams
    }

    pub(super) fn begin(&mut self) -> Instant {
        self.begun += 1;
        instant()
    }

    /// The body of every request.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Writes what an SDK sends. gRPC's own fields repeat and are indexed by its libraries;
    /// metadata is sent in full with every call.
    pub(super) fn write_head(&mut self, fields: &mut Fields<'_>) {
        let keys = &self.plan.authorizations;
        fields.stable(b":method", b"POST");
        fields.stable(b":scheme", b"http");
        fields.stable(b":path", self.plan.path.as_bytes());
        fields.stable(b":authority", self.authority.as_bytes());
        fields.stable(b"te", b"trailers");
        fields.stable(b"content-type", b"application/grpc");
        fields.stable(b"user-agent", b"grpc-python/1.76.0 grpc-c/51.0.0 (linux; chttp2)");
        fields.stable(b"grpc-accept-encoding", b"identity, deflate, gzip");
        if let Some(key) = keys.get(self.next_key) {
            fields.literal(b"authorization", key.as_bytes());
        }
        fields.literal(b"dbname", b"default");
        fields.literal(b"client-request-unixmsec", self.stamp.as_bytes());
        // A stride that is coprime to every usual count, so that neighbours in memory are not
        // neighbours in time.
        self.next_key = (self.next_key + 7919) % keys.len().max(1);
    }

    pub(super) fn count_body(&mut self, bytes: usize) {
        self.report.body_bytes += bytes as u64;
    }

    pub(super) fn end(&mut self, begun: Instant, outcome: Outcome) {
        let report = &mut self.report;
        report.latency.add(self.now.saturating_duration_since(begun));
        report.ended += 1;
        report.calls += u64::from(self.phase != Phase::Draining);
        match outcome.code {
            Some(code) => *report.codes.entry(code).or_default() += 1,
            None => report.broken += 1,
        }
        if outcome.code != Some(0) && report.first_error.is_none() {
            report.first_error = outcome.message;
        }
    }
}
