//! A whole request head: decide, and send the call on its way.

use super::call::{Call, Flow, Upstream};
use super::connection::Connection;
use super::worker::Worker;
use crate::path::{self, Origin, Permit, Refused, bounds};
use milvus::metadata;
use milvus::refusal::Refusal;
use milvus::scan::ScanError;
use model::KeyId;
use model::usage::{ClientLabel, LastUse};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long after the client's own deadline the gateway gives a call up.
const GRACE: Duration = Duration::from_secs(1);

const ROUND: &str = "this call has come through this gateway before: a cluster of its project is \
                     attached to the gateway itself";

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
        let origin = self.origin(index);
        match path::decide(&self.head, origin, &self.parts.view, &self.parts.digest_key) {
            Ok(permit) if self.drain.is_some() => {
                self.refuse(index, stream, ended, &late(&permit, Refusal::Stopping));
            }
            Ok(permit) if self.is_full() => {
                self.refuse(index, stream, ended, &late(&permit, Refusal::Overloaded));
            }
            Ok(permit) => match bounds::rate(permit.key(), self.moment.nanos, &self.parts.view) {
                Ok(()) => self.open(index, stream, ended, permit),
                Err(refusal) => self.refuse(index, stream, ended, &late(&permit, refusal)),
            },
            Err(refused) => self.refuse(index, stream, ended, &refused),
        }
    }

    /// Where what a client asks for comes from, at this turn's time.
    pub(super) fn origin(&mut self, index: usize) -> Origin {
        let client = self.connections.get_mut(index).and_then(Connection::client);
        let (port, address) = client
            .map_or((0, Ipv4Addr::UNSPECIFIED.into()), |client| (client.port, client.peer.ip()));
        Origin { port, address, now: self.moment.wall }
    }

    /// Notes that the request whose head was read last presented this key.
    pub(super) fn seen(&mut self, index: usize, key: KeyId) {
        let from = self.origin(index).address.to_canonical();
        let client = ClientLabel::new(self.head.agent());
        self.tally.seen(key, LastUse { at: self.moment.wall, from, client });
    }

    fn open(&mut self, index: usize, stream: u32, ended: bool, permit: Permit) {
        self.seen(index, permit.key().id());
        if ended && permit.awaits_names() {
            let refusal = Refusal::MalformedMessage(ScanError::NoMessage);
            self.refuse(index, stream, ended, &late(&permit, refusal));
            return;
        }
        let watch = self.watch(&permit);
        let is_decided = !permit.awaits_names();
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
        if is_decided {
            self.dispatch(number);
        }
    }

    /// Whether as much waits in this worker as may.
    fn is_full(&self) -> bool {
        self.buffered + self.unwritten > self.parts.config.limits.buffered_bytes
    }

    fn deadline(&self) -> Instant {
        let most = self.parts.config.limits.call;
        let asked = metadata::timeout(self.head.timeout()).map(|timeout| timeout + GRACE);
        self.now + asked.map_or(most, |timeout| timeout.min(most))
    }
}

/// A refusal of a call that was allowed.
fn late(permit: &Permit, refusal: Refusal) -> Refused {
    Refused { refusal, key: Some(permit.key().id()), route: Some(Arc::clone(permit.route())) }
}
