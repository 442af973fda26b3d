//! One connection of the load generator.

use super::traffic::{Outcome, Traffic};
use crate::link::{Event, Filled, Link, StreamMap};
use http2::frame::Reason;
use mio::net::TcpStream;
use std::collections::VecDeque;
use std::time::Instant;

/// A call in flight.
struct Call {
    begun: Instant,
    /// What the server lets us send on the stream.
    window: i64,
    /// How much of the request is sent.
    sent: usize,
}

pub(super) struct Session {
    pub(super) socket: TcpStream,
    link: Link,
    calls: StreamMap<Call>,
    /// Streams whose request is not fully sent, oldest first.
    sending: VecDeque<u32>,
    next: u32,
}

impl Session {
    pub(super) fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            link: Link::client(),
            calls: StreamMap::default(),
            sending: VecDeque::new(),
            next: 1,
        }
    }

    /// Calls in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.calls.len()
    }

    /// Reads, counts what ended, begins new calls and writes; `false` if the connection is over.
    pub(super) fn turn(&mut self, traffic: &mut Traffic<'_>) -> bool {
        loop {
            let Ok(filled) = self.link.fill(&mut self.socket) else {
                return false;
            };
            traffic.arrived();
            if filled == Filled::Closed || self.events(traffic).is_err() {
                return false;
            }
            if filled == Filled::Drained {
                break;
            }
        }
        while traffic.wants_call(self.calls.len()) && self.next < (1 << 31) - 1 {
            self.begin(traffic);
        }
        loop {
            self.pump(traffic);
            match self.link.flush(&mut self.socket) {
                Err(_) => return false,
                Ok(true) if self.can_pump() => {}
                Ok(_) => return true,
            }
        }
    }

    fn begin(&mut self, traffic: &mut Traffic<'_>) {
        let stream = self.next;
        self.next += 2;
        let begun = traffic.begin();
        self.link.put_headers(stream, false, |fields| traffic.write_head(fields));
        let call = Call { begun, window: self.link.stream_window(), sent: 0 };
        self.calls.insert(stream, call);
        self.sending.push_back(stream);
    }

    /// Sends requests in the order they began, as far as windows and room allow.
    fn pump(&mut self, traffic: &Traffic<'_>) {
        let body = traffic.body();
        for _ in 0..self.sending.len() {
            if !self.link.has_room() {
                break;
            }
            let Some(stream) = self.sending.pop_front() else {
                break;
            };
            let Some(call) = self.calls.get_mut(&stream) else {
                continue;
            };
            call.sent += self.link.put_body(stream, &mut call.window, &body[call.sent..], true);
            if call.sent < body.len() {
                self.sending.push_back(stream);
            }
        }
    }

    fn can_pump(&self) -> bool {
        self.link.connection_window() > 0
            && self.sending.iter().any(|id| self.calls.get(id).is_some_and(|c| c.window > 0))
    }

    fn events(&mut self, traffic: &mut Traffic<'_>) -> Result<(), Reason> {
        while let Some(event) = self.link.event()? {
            match event {
                Event::Headers { stream, end } => {
                    let mut outcome = Outcome::default();
                    self.link.headers(|name, value| outcome.field(name, value))?;
                    if end {
                        self.end(traffic, stream, outcome);
                    }
                }
                Event::Data { stream, body, end } => {
                    traffic.count_body(body.len());
                    if end {
                        self.end(traffic, stream, Outcome::default());
                    }
                }
                Event::Reset { stream, .. } => {
                    self.end(traffic, stream, Outcome::default());
                }
                Event::Window { stream, increment } => {
                    if let Some(call) = self.calls.get_mut(&stream) {
                        call.window += i64::from(increment);
                    }
                }
                Event::Windows(change) => {
                    self.calls.values_mut().for_each(|call| call.window += change);
                }
                Event::Goaway { reason, .. } => return Err(reason),
            }
        }
        Ok(())
    }

    fn end(&mut self, traffic: &mut Traffic<'_>, stream: u32, outcome: Outcome) {
        if let Some(call) = self.calls.remove(&stream) {
            traffic.end(call.begun, outcome);
        }
    }
}
