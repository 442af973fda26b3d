//! A whole request head: decide, and send the call on its way.

use super::call::{Call, Flow, Upstream};
use super::connection::Connection;
use super::errand::Errand;
use super::lease::CLOSED;
use super::worker::Worker;
use crate::path::{self, Caller, Decision, Origin, Permit, Refused, bounds};
use milvus::metadata;
use milvus::refusal::Refusal;
use milvus::scan::ScanError;
use model::usage::{ClientLabel, LastUse};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long after the client's own deadline the gateway gives a call up.
const GRACE: Duration = Duration::from_secs(1);

const ROUND: &str = "this call has come through this gateway before: a cluster of its project is \
                     attached to the gateway itself";

/// A request whose head is here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrived {
    /// The client's connection.
    pub client: usize,
    /// The client's stream.
    pub stream: u32,
    /// Whether the whole request is here.
    pub ended: bool,
    /// Whether some of its body is here and will be passed on next.
    pub has_body: bool,
    /// How often it was parked.
    pub tries: u8,
}

impl Worker {
    /// Handles the request whose head was read last.
    pub(super) fn admit(&mut self, index: usize, stream: u32, ended: bool) {
        if !self.head.is_grpc() {
            self.answer_rest(index, stream, ended);
            return;
        }
        if !self.head.passed().is_empty() && self.head.passed() == self.name.as_bytes() {
            let refusal = Refusal::MalformedRequest(ROUND);
            self.refuse(index, stream, ended, &refusal.into());
            return;
        }
        self.judge(Arrived { client: index, stream, ended, has_body: false, tries: 0 });
    }

    /// Decides about the request whose head was read last.
    pub(super) fn judge(&mut self, arrived: Arrived) {
        let Arrived { client: index, stream, ended, .. } = arrived;
        if self.has_lapsed() {
            // What would decide may be no longer true, so nothing is said of the caller.
            let loaded = self.parts.view.is_loaded();
            let refusal = if loaded { CLOSED } else { Refusal::Starting };
            self.refuse(index, stream, ended, &refusal.into());
            return;
        }
        let origin = self.origin(index);
        match path::decide(&self.head, origin, &self.parts.view, &self.parts.means) {
            Ok(Decision::Unproven(_)) if self.drain.is_some() => {
                self.refuse(index, stream, ended, &Refusal::Stopping.into());
            }
            Ok(Decision::Unproven(_)) if self.is_full() => {
                self.refuse(index, stream, ended, &Refusal::Overloaded.into());
            }
            Ok(Decision::Unproven(check)) => self.park(arrived, check),
            Ok(Decision::Allowed(permit)) if self.drain.is_some() => {
                self.refuse(index, stream, ended, &late(&permit, Refusal::Stopping));
            }
            Ok(Decision::Allowed(permit)) if self.is_full() => {
                self.refuse(index, stream, ended, &late(&permit, Refusal::Overloaded));
            }
            Ok(Decision::Allowed(permit)) => match self.rate(&permit) {
                Ok(()) => self.open(arrived, permit),
                Err(refusal) => self.refuse(index, stream, ended, &late(&permit, refusal)),
            },
            Err(refused) if self.is_knock(index, &refused) => self.welcome(index, stream, ended),
            Err(refused) => self.refuse(index, stream, ended, &refused),
        }
    }

    /// Counts a call against its key's rate; users have none.
    fn rate(&self, permit: &Permit) -> Result<(), Refusal> {
        permit.key().map_or(Ok(()), |key| bounds::rate(key, self.moment.nanos, &self.parts.view))
    }

    /// Where what a client asks for comes from, at this turn's time.
    pub(super) fn origin(&mut self, index: usize) -> Origin {
        let client = self.connections.get_mut(index).and_then(Connection::client);
        let (port, address) = client
            .map_or((0, Ipv4Addr::UNSPECIFIED.into()), |client| (client.port, client.peer.ip()));
        Origin { port, address, now: self.moment.wall }
    }

    /// Notes that the request whose head was read last was this caller's, if it is a key.
    pub(super) fn seen(&mut self, index: usize, caller: &Caller) {
        self.note_caller(index, caller.id());
        let Some(key) = caller.key() else {
            return;
        };
        let from = self.origin(index).address.to_canonical();
        let client = ClientLabel::new(self.head.agent());
        self.tally.seen(key, LastUse { at: self.moment.wall, from, client });
    }

    fn open(&mut self, arrived: Arrived, permit: Permit) {
        let Arrived { client: index, stream, .. } = arrived;
        self.seen(index, &permit.caller());
        let ended = arrived.ended && !arrived.has_body;
        if ended && (permit.awaits_names() || permit.is_for_desk()) {
            let refusal = Refusal::MalformedMessage(ScanError::NoMessage);
            self.refuse(index, stream, ended, &late(&permit, refusal));
            return;
        }
        let watch = self.watch(&permit);
        let is_decided = !permit.awaits_names();
        let errand = permit.is_for_desk().then(|| Box::new(Errand::new(self.next_ticket())));
        let schemas = self.schemas_of(index, &permit);
        let goes_up = is_decided && errand.is_none();
        let head = (!is_decided).then(|| Box::new(self.fields(!permit.awaits_answer())));
        let deadline = self.deadline();
        if let Some(client) = self.connections[index].client() {
            client.known = true;
        }
        let link = &mut self.connections[index].link;
        let mut request = Flow::new(0);
        request.ended = ended;
        let number = self.calls.insert(Call {
            client: index,
            stream,
            upstream: Upstream::Waiting,
            rule: permit.rule(),
            permit,
            watch,
            schemas,
            errand,
            request,
            response: Flow::new(link.peer_window),
            head,
            trailers: None,
            engine_ended: false,
            answered: false,
            status: None,
            started: self.now,
            deadline,
        });
        link.streams.insert(stream, number);
        self.parts.counters.call_opened();
        if goes_up {
            self.dispatch(number);
        }
    }

    /// When the call whose head was read last is given up.
    pub(super) fn deadline(&self) -> Instant {
        let most = self.parts.config.limits.call;
        let asked = metadata::timeout(self.head.timeout()).map(|timeout| timeout + GRACE);
        self.now + asked.map_or(most, |timeout| timeout.min(most))
    }
}

/// A refusal of a call that was allowed.
fn late(permit: &Permit, refusal: Refusal) -> Refused {
    Refused { refusal, caller: Some(permit.caller()), route: Some(Arc::clone(permit.route())) }
}
