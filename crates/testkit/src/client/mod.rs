//! A gRPC client for tests: one connection, blocking, every byte visible.
//!
//! It does nothing on its own: it opens a stream when told to, and reads only while asked for an
//! answer or for bytes. So a test can hold a stream open, send half a request, and count what still
//! arrives after a moment. Every wait ends after [`Client::set_patience`]'s time with an error.

mod answer;
mod call;

pub use answer::Answer;
pub use call::Call;

use crate::clock::instant;
use crate::link::{Event, Filled, Link, StreamMap};
use answer::Arriving;
use http2::frame::Reason;
use std::io::{Error, ErrorKind, Result};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

/// The connection.
pub struct Client {
    socket: TcpStream,
    link: Link,
    streams: StreamMap<Arriving>,
    next: u32,
    patience: Duration,
    goaway: Option<Reason>,
    closed: bool,
}

impl Client {
    /// Connects and greets.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let patience = Duration::from_secs(10);
        let socket = TcpStream::connect_timeout(&address, patience)?;
        socket.set_nodelay(true)?;
        Self::on(socket, patience)
    }

    /// Greets on a connection that stands; any stream of bytes does, such as one end of a pair.
    pub fn on(socket: impl Into<OwnedFd>, patience: Duration) -> Result<Self> {
        let mut client = Self {
            socket: TcpStream::from(socket.into()),
            link: Link::client(),
            streams: StreamMap::default(),
            next: 1,
            patience,
            goaway: None,
            closed: false,
        };
        client.set_patience(patience)?;
        client.flush()?;
        Ok(client)
    }

    /// How long a wait may last before it fails; ten seconds unless set.
    pub fn set_patience(&mut self, patience: Duration) -> Result<()> {
        self.patience = patience;
        self.socket.set_write_timeout(Some(patience))
    }

    /// Makes a whole call and waits for its end.
    pub fn unary(&mut self, call: &Call) -> Result<Answer> {
        let stream = self.begin(call, &call.body, true)?;
        self.finish(stream)
    }

    /// Opens a stream: sends the call's head and what it has of a body; the request stays open.
    pub fn open(&mut self, call: &Call) -> Result<u32> {
        self.begin(call, &call.body, false)
    }

    /// Sends the whole call without waiting for anything.
    pub fn send(&mut self, call: &Call) -> Result<u32> {
        self.begin(call, &call.body, true)
    }

    fn begin(&mut self, call: &Call, body: &[u8], end: bool) -> Result<u32> {
        let stream = self.next;
        self.next += 2;
        let ends_with_head = end && body.is_empty();
        self.link.put_headers(stream, ends_with_head, |fields| call.write(fields));
        self.streams.insert(stream, Arriving::new(self.link.stream_window()));
        if body.is_empty() {
            self.flush()?;
        } else {
            self.push(stream, body, end)?;
        }
        Ok(stream)
    }

    /// Sends more of a request, waiting for windows if it has to; with `end` nothing follows.
    pub fn push(&mut self, stream: u32, body: &[u8], end: bool) -> Result<()> {
        let mut sent = 0;
        loop {
            let Some(arriving) = self.streams.get_mut(&stream) else {
                return Err(Error::new(ErrorKind::NotFound, "this stream was never opened"));
            };
            // The server has ended the call: it does not want the rest.
            if arriving.is_over() {
                return Ok(());
            }
            sent += self.link.put_body(stream, &mut arriving.window, &body[sent..], end);
            if body.is_empty() && end {
                self.link.put_end(stream);
            }
            self.flush()?;
            if sent == body.len() {
                return Ok(());
            }
            if self.link.connection_window() <= 0 || self.window(stream) <= 0 {
                self.step(self.patience)?;
            }
        }
    }

    fn window(&self, stream: u32) -> i64 {
        self.streams.get(&stream).map_or(0, |arriving| arriving.window)
    }

    /// Gives a stream up.
    pub fn reset(&mut self, stream: u32) -> Result<()> {
        self.link.put_reset(stream, Reason::CANCEL);
        self.streams.remove(&stream);
        self.flush()
    }

    /// Waits for the end of a call and takes its answer.
    pub fn finish(&mut self, stream: u32) -> Result<Answer> {
        self.wait(|client| client.streams.get(&stream).is_none_or(Arriving::is_over))?;
        let arriving = self.streams.remove(&stream);
        arriving.map(Arriving::into_answer).ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// Waits until this much of a response's body has arrived, or the call is over; how much has.
    pub fn wait_for_body(&mut self, stream: u32, bytes: usize) -> Result<usize> {
        let have = |client: &Self| client.streams.get(&stream).map_or(0, |s| s.answer.body.len());
        self.wait(|client| {
            have(client) >= bytes || client.streams.get(&stream).is_none_or(Arriving::is_over)
        })?;
        Ok(have(self))
    }

    /// Reads whatever has arrived within the time; whether the connection is still open.
    pub fn read_for(&mut self, time: Duration) -> Result<bool> {
        let until = instant() + time;
        while !self.closed {
            let left = until.saturating_duration_since(instant());
            if left.is_zero() {
                break;
            }
            match self.step(left) {
                Err(error) if error.kind() == ErrorKind::TimedOut => break,
                stepped => stepped?,
            }
        }
        Ok(!self.closed)
    }

    /// Whether the call has ended, as far as was read.
    pub fn is_over(&self, stream: u32) -> bool {
        self.streams.get(&stream).is_none_or(Arriving::is_over)
    }

    /// Why the server takes no more streams, if it has said so.
    pub fn goaway(&self) -> Option<Reason> {
        self.goaway
    }

    /// Bytes of frames read so far, heads and control frames included.
    pub fn bytes_read(&self) -> u64 {
        self.link.received()
    }

    fn wait(&mut self, done: impl Fn(&Self) -> bool) -> Result<()> {
        let until = instant() + self.patience;
        while !done(self) {
            if self.closed {
                return Err(Error::new(ErrorKind::UnexpectedEof, "the server has closed"));
            }
            let left = until.saturating_duration_since(instant());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            self.step(left)?;
        }
        Ok(())
    }

    /// Reads once and takes in what arrived.
    fn step(&mut self, patience: Duration) -> Result<()> {
        self.socket.set_read_timeout(Some(patience.max(Duration::from_millis(1))))?;
        let before = self.link.waiting();
        let filled = self.link.fill(&mut self.socket)?;
        if filled == Filled::Closed {
            self.closed = true;
        } else if self.link.waiting() == before {
            return Err(ErrorKind::TimedOut.into());
        }
        while let Some(event) = self.link.event().map_err(Error::other)? {
            self.take(event)?;
        }
        if self.closed { Ok(()) } else { self.flush() }
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Headers { stream, end } => {
                let mut fields = Vec::new();
                let add = |name: &[u8], value: &[u8]| {
                    fields.push((String::from_utf8_lossy(name).into_owned(), value.to_vec()));
                };
                self.link.headers(add).map_err(Error::other)?;
                if let Some(arriving) = self.streams.get_mut(&stream) {
                    arriving.fields(fields, end);
                }
            }
            Event::Data { stream, body, end } => {
                if let Some(arriving) = self.streams.get_mut(&stream) {
                    arriving.data(self.link.body(body), end);
                }
            }
            Event::Reset { stream, reason } => {
                if let Some(arriving) = self.streams.get_mut(&stream) {
                    arriving.reset(reason);
                }
            }
            Event::Window { stream, increment } => {
                if let Some(arriving) = self.streams.get_mut(&stream) {
                    arriving.window += i64::from(increment);
                }
            }
            Event::Windows(change) => {
                self.streams.values_mut().for_each(|arriving| arriving.window += change);
            }
            Event::Goaway { reason, .. } => self.goaway = Some(reason),
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.link.flush(&mut self.socket)? { Ok(()) } else { Err(ErrorKind::TimedOut.into()) }
    }
}
