//! One connection of the upstream.

use super::plan::Answer;
use super::record::Record;
use super::server::Shared;
use crate::link::{Event, Filled, Link, StreamMap};
use http2::frame::Reason;
use mio::net::TcpStream;
use std::collections::VecDeque;

/// A call being read or answered.
struct Call {
    /// Which of the prepared answers it gets.
    answer: usize,
    /// Whether it carries the credential that is asked for.
    trusted: bool,
    /// What the client lets us send on the stream.
    window: i64,
    /// How much of the body is sent.
    sent: usize,
    /// Whether the head of the response is sent.
    answering: bool,
}

/// What the event loop does with a connection next.
pub(super) enum Next {
    /// Wait until its socket has news.
    Wait,
    /// Give it another turn after the others.
    Again,
    /// Close it.
    Close,
}

pub(super) struct Session {
    socket: TcpStream,
    link: Link,
    calls: StreamMap<Call>,
    /// Streams with a body that did not fit.
    blocked: VecDeque<u32>,
}

impl Session {
    pub(super) fn new(socket: TcpStream) -> Self {
        Self { socket, link: Link::server(), calls: StreamMap::default(), blocked: VecDeque::new() }
    }

    /// Does what can be done now without keeping the others waiting.
    pub(super) fn turn(&mut self, shared: &Shared) -> Next {
        loop {
            let Ok(filled) = self.link.fill(&mut self.socket) else {
                return Next::Close;
            };
            if filled == Filled::Closed || self.events(shared).is_err() {
                return Next::Close;
            }
            if filled == Filled::Drained {
                break;
            }
        }
        self.pump(shared);
        match self.link.flush(&mut self.socket) {
            Err(_) => Next::Close,
            Ok(true) if self.can_pump() => Next::Again,
            Ok(_) => Next::Wait,
        }
    }

    fn events(&mut self, shared: &Shared) -> Result<(), Reason> {
        while let Some(event) = self.link.event()? {
            match event {
                Event::Headers { stream, end } => {
                    self.open(shared, stream)?;
                    if end {
                        self.answer(shared, stream);
                    }
                }
                Event::Data { stream, body, end } => {
                    shared.seen.count_bytes(body.len());
                    if end {
                        self.answer(shared, stream);
                    }
                }
                Event::Reset { stream, .. } => {
                    self.calls.remove(&stream);
                    shared.seen.count_reset();
                }
                Event::Window { stream, increment } => {
                    if let Some(call) = self.calls.get_mut(&stream) {
                        call.window += i64::from(increment);
                    }
                }
                Event::Windows(change) => {
                    self.calls.values_mut().for_each(|call| call.window += change);
                }
                Event::Goaway { .. } => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, shared: &Shared, stream: u32) -> Result<(), Reason> {
        let plan = &shared.plan;
        let mut answer = plan.answers.len();
        let mut trusted = plan.authorization.is_none();
        let mut authorizations = 0;
        let mut record = shared.seen.wants_record().then(Record::default);
        self.link.headers(|name, value| {
            if name == b":path" {
                let matches = |(end, _): &(String, Answer)| value.ends_with(end.as_bytes());
                answer = plan.answers.iter().position(matches).unwrap_or(answer);
            } else if name == b"authorization"
                && let Some(wanted) = &plan.authorization
            {
                authorizations += 1;
                trusted = authorizations == 1 && value == wanted.as_bytes();
            }
            if let Some(record) = &mut record {
                let name = String::from_utf8_lossy(name).into_owned();
                record.fields.push((name, value.to_vec()));
            }
        })?;
        shared.seen.count_call();
        if let Some(record) = record {
            shared.seen.add(record);
        }
        let window = self.link.stream_window();
        self.calls.insert(stream, Call { answer, trusted, window, sent: 0, answering: false });
        // A call that is to be held or streamed is answered before its request has ended.
        if !matches!(shared.ready[answer].answer, Answer::Message(_) | Answer::Exactly(_)) {
            self.answer(shared, stream);
        }
        Ok(())
    }

    fn answer(&mut self, shared: &Shared, stream: u32) {
        let Some(call) = self.calls.get_mut(&stream) else {
            return;
        };
        if call.answering {
            return;
        }
        call.answering = true;
        let trusted = call.trusted;
        self.link.put_headers(stream, !trusted, |fields| {
            fields.status(200);
            fields.stable(b"content-type", b"application/grpc");
            if !trusted {
                fields.stable(b"grpc-status", b"16");
                fields.stable(b"grpc-message", b"wrong service credential");
            }
        });
        if trusted {
            self.send(shared, stream);
        } else {
            self.calls.remove(&stream);
        }
    }

    /// Sends what fits of the answer's body, and the trailers after its end.
    fn send(&mut self, shared: &Shared, stream: u32) {
        let Some(call) = self.calls.get_mut(&stream) else {
            return;
        };
        let ready = &shared.ready[call.answer];
        let rest = &ready.body[call.sent..];
        call.sent += self.link.put_body(stream, &mut call.window, rest, false);
        if call.sent < ready.body.len() {
            self.blocked.push_back(stream);
            return;
        }
        match ready.answer {
            Answer::Hold | Answer::Begun(_) => {}
            Answer::Endless(_) => {
                call.sent = 0;
                self.blocked.push_back(stream);
            }
            Answer::Message(_) | Answer::Exactly(_) => {
                self.calls.remove(&stream);
                self.link.put_headers(stream, true, |fields| fields.stable(b"grpc-status", b"0"));
            }
        }
    }

    /// Gives every blocked stream one try.
    fn pump(&mut self, shared: &Shared) {
        for _ in 0..self.blocked.len() {
            if !self.link.has_room() {
                break;
            }
            if let Some(stream) = self.blocked.pop_front() {
                self.send(shared, stream);
            }
        }
    }

    /// Whether any blocked stream could send now.
    fn can_pump(&self) -> bool {
        self.link.connection_window() > 0
            && self.blocked.iter().any(|id| self.calls.get(id).is_some_and(|c| c.window > 0))
    }
}
