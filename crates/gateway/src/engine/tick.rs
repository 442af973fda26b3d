//! Time limits, looked at once a second.

use super::Fault;
use super::connection::{Phase, Side};
use super::worker::Worker;
use http2::frame::{self, Reason};
use milvus::refusal::Refusal;
use std::time::Instant;

impl Worker {
    /// Ends what has had its time, and writes the access log out.
    pub(super) fn tick(&mut self) {
        let limits = &self.parts.config.limits;
        let (handshake, connect, first) = (limits.handshake, limits.connect, limits.first_call);
        let now = self.now;
        self.cut_expired();
        let late: Vec<usize> = self
            .calls
            .iter()
            .filter(|(_, call)| call.deadline <= now)
            .map(|(number, _)| number)
            .collect();
        for number in late {
            if self.calls.contains(number) {
                self.fail(number, &Refusal::DeadlineExceeded);
            }
        }
        self.end_late_parked();
        let mut unwritten = 0;
        let mut silent = Vec::new();
        let mut unconnected = Vec::new();
        let mut leaving = Vec::new();
        for (index, connection) in &mut self.connections {
            let age = now.saturating_duration_since(connection.opened);
            let idle = connection.link.streams.is_empty();
            unwritten += connection.link.out.waiting();
            if connection.link.pong() && !std::mem::replace(&mut connection.link.dirty, true) {
                self.dirty.push(index);
            }
            if idle {
                connection.link.rest();
            }
            match &mut connection.side {
                Side::Client(client) => {
                    client.resets = 0;
                    let assembly = connection.link.assembly.as_ref();
                    let slow = assembly
                        .is_some_and(|a| now.saturating_duration_since(a.began) > handshake);
                    let unread = client.phase != Phase::Http2 && age > handshake;
                    // Keepalive pings alone must not hold a place that belongs to callers.
                    if slow || unread || !client.known && age > first {
                        silent.push(index);
                    }
                }
                Side::Engine(engine) if !engine.connected && age > connect => {
                    unconnected.push(index);
                }
                Side::Engine(engine) if engine.going_away && idle => leaving.push(index),
                Side::Engine(_) => {}
            }
        }
        self.unwritten = unwritten;
        self.relieve();
        for index in silent {
            self.close(index, &Fault::Gone);
        }
        for index in unconnected {
            self.drop_engine(index, "it did not take a connection in time");
        }
        for index in leaving {
            self.drop_engine(index, "it is going away");
        }
        self.forget_unused_pools();
        self.parts.access.flush();
        self.parts.usage.add(&mut self.tally, self.moment.wall);
    }

    /// Tells clients to go elsewhere and ends when the last call has ended.
    pub(super) fn begin_drain(&mut self, until: Instant) {
        self.drain = Some(until);
        let clients: Vec<usize> = self
            .connections
            .iter()
            .filter(|(_, connection)| matches!(connection.side, Side::Client(_)))
            .map(|(index, _)| index)
            .collect();
        for index in clients {
            let connection = &mut self.connections[index];
            let Some(client) = connection.client() else {
                continue;
            };
            if client.phase == Phase::Http2 {
                let last = client.last_stream;
                let out = connection.link.out.buffer();
                frame::put_goaway(out, last, Reason::NO_ERROR, b"the gateway is stopping");
                self.touch(index);
            }
        }
    }

    /// Whether the worker may end now. Clients of HTTP/1 get the rest of their answers from it.
    pub(super) fn is_drained(&self) -> bool {
        let idle = self.calls.is_empty()
            && self.parked.is_empty()
            && self.rest.as_ref().is_none_or(|rest| rest.is_empty());
        self.drain.is_some_and(|until| idle || self.now >= until)
    }
}
