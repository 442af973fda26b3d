//! What happens when as much waits in a worker as may.
//!
//! What waits is data that its receiver does not take, or whose names are not read yet. When it is
//! more than [`crate::Limits::buffered_bytes`], new calls are refused, clients get no more window
//! on their connections, and at the next tick whoever holds the most is ended until a quarter of
//! the room is free: an engine that hangs or a client that does not read can neither fill the
//! memory nor keep everybody else out. This module must never end a call that holds nothing.

use super::call::Call;
use super::connection::Side;
use super::worker::Worker;
use http2::frame::Reason;
use milvus::refusal::Refusal;
use std::cmp::Reverse;

/// Who holds what waits.
#[derive(Clone, Copy, Debug)]
enum Holder {
    /// A call, by its number.
    Call(usize),
    /// A client that does not read, by its connection.
    Client(usize),
}

impl Worker {
    /// Whether as much waits in this worker as may.
    pub(super) fn is_full(&self) -> bool {
        self.buffered + self.unwritten > self.parts.config.limits.buffered_bytes
    }

    /// Ends what holds the most if too much waits, and gives clients the windows back that were
    /// kept from them meanwhile.
    pub(super) fn relieve(&mut self) {
        if self.is_full() {
            self.end_the_largest();
        }
        if !self.is_full() {
            self.give_windows_back();
        }
        self.parts.counters.waiting(self.buffered + self.unwritten);
    }

    fn end_the_largest(&mut self) {
        let before = self.buffered + self.unwritten;
        let most = self.parts.config.limits.buffered_bytes;
        let mut ended = 0u64;
        for (bytes, holder) in self.holders() {
            if self.buffered + self.unwritten <= most - most / 4 {
                break;
            }
            match holder {
                // Ending another one may have ended it.
                Holder::Call(number) if self.calls.contains(number) => {
                    self.fail(number, &Refusal::Overloaded);
                }
                Holder::Client(index) if self.connections.contains(index) => {
                    self.close(index, &Reason::ENHANCE_YOUR_CALM.into());
                    self.unwritten = self.unwritten.saturating_sub(bytes);
                }
                Holder::Call(_) | Holder::Client(_) => continue,
            }
            ended += 1;
        }
        self.parts.counters.relieved(ended);
        let after = self.buffered + self.unwritten;
        tracing::warn!(before, after, ended, "too much waited: those who held the most were ended");
    }

    /// Whoever holds something, the largest first; clients last, because with one of them all its
    /// calls end.
    fn holders(&self) -> Vec<(usize, Holder)> {
        let calls = self.calls.iter().map(|(number, call)| (held(call), Holder::Call(number)));
        let clients = self.connections.iter().filter_map(|(index, connection)| {
            let client = matches!(connection.side, Side::Client(_));
            client.then(|| (connection.link.out.waiting(), Holder::Client(index)))
        });
        let largest_first = |mut holders: Vec<(usize, Holder)>| {
            holders.retain(|&(bytes, _)| bytes > 0);
            holders.sort_unstable_by_key(|&(bytes, _)| Reverse(bytes));
            holders
        };
        let mut holders = largest_first(calls.collect());
        holders.extend(largest_first(clients.collect()));
        holders
    }

    fn give_windows_back(&mut self) {
        let mut given = Vec::new();
        for (index, connection) in &mut self.connections {
            if matches!(connection.side, Side::Client(_)) && connection.link.give_back() {
                given.push(index);
            }
        }
        for index in given {
            self.touch(index);
        }
    }
}

/// Bytes that wait in a call.
pub(super) fn held(call: &Call) -> usize {
    let flows = call.request.queue.waiting().len() + call.response.queue.waiting().len();
    let watch = call.watch.as_ref().map_or(0, |watch| watch.waiting());
    let errand = call.errand.as_ref().map_or(0, |errand| errand.waiting());
    flows + watch + errand
}
