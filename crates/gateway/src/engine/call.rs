//! One call on its way: a stream of a client joined to a stream of an engine.

use super::errand::Errand;
use super::link::STREAM_WINDOW;
use super::schemas::Schemas;
use super::watch::Watch;
use crate::path::Permit;
use std::time::Instant;

/// A list of header fields kept for later.
pub(super) type Fields = Vec<(Box<[u8]>, Box<[u8]>)>;

/// Bytes that wait in a call.
#[derive(Default)]
pub(super) struct Queue {
    bytes: Vec<u8>,
    /// How much of them is passed on.
    sent: usize,
}

impl Queue {
    /// What waits.
    pub(super) fn waiting(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }

    /// Keeps data for later.
    pub(super) fn keep(&mut self, data: &[u8]) {
        self.bytes.extend_from_slice(data);
    }

    /// Takes data from the front.
    pub(super) fn take(&mut self, length: usize) {
        self.sent += length;
        if self.sent == self.bytes.len() {
            *self = Self::default();
        } else if self.sent >= STREAM_WINDOW as usize / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
    }
}

/// One direction of a call.
#[derive(Default)]
pub(super) struct Flow {
    /// How much the receiver lets us send on its stream.
    pub window: i64,
    /// Data the receiver cannot take yet; bounded by what we let the sender send.
    pub queue: Queue,
    /// How much the sender may still send before we acknowledge.
    allowance: i64,
    /// Bytes passed on and not yet acknowledged to the sender.
    unacknowledged: u32,
    /// The sender has finished.
    pub ended: bool,
    /// The end has been passed on.
    pub end_sent: bool,
    /// The call waits in the receiver's list of blocked calls.
    pub blocked: bool,
    /// Data bytes passed through.
    pub bytes: u64,
}

impl Flow {
    /// A direction on which nothing was sent, its sender given the usual window.
    pub(super) fn new(window: i64) -> Self {
        Self { window, allowance: i64::from(STREAM_WINDOW), ..Self::default() }
    }

    /// Counts what the sender sent; whether it kept to its window.
    pub(super) fn received(&mut self, length: u32) -> bool {
        self.allowance -= i64::from(length);
        self.allowance >= 0
    }

    /// Counts what was passed on (or was padding). What to acknowledge now, if it is worth a frame.
    pub(super) fn passed(&mut self, length: u32) -> Option<u32> {
        self.unacknowledged += length;
        if self.ended || self.unacknowledged < STREAM_WINDOW / 2 {
            return None;
        }
        let increment = std::mem::take(&mut self.unacknowledged);
        self.allowance += i64::from(increment);
        Some(increment)
    }
}

/// Where a call's engine stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upstream {
    /// Waiting for a connection to the engine.
    Waiting,
    /// On this connection, as this stream.
    Open {
        /// The connection's number.
        connection: usize,
        /// The stream.
        stream: u32,
    },
}

/// One call.
pub(super) struct Call {
    /// The client's connection.
    pub client: usize,
    /// The client's stream.
    pub stream: u32,
    /// Where it is on the engine's side.
    pub upstream: Upstream,
    /// Why it may be made.
    pub permit: Permit,
    /// The rule that allowed it, or refused it once its names were read.
    pub rule: &'static str,
    /// What is read of its names, if anybody wants to know.
    pub watch: Option<Box<Watch>>,
    /// What it has to do with schemas that are remembered.
    pub schemas: Schemas,
    /// Its way to the desk, if it is about users and roles.
    pub errand: Option<Box<Errand>>,
    /// From the client to the engine.
    pub request: Flow,
    /// From the engine to the client.
    pub response: Flow,
    /// The request's fields, kept while there is no upstream connection.
    pub head: Option<Box<Fields>>,
    /// Trailers that wait for the data before them.
    pub trailers: Option<Box<Fields>>,
    /// The engine has ended its stream.
    pub engine_ended: bool,
    /// Whether the response's first header block was passed on.
    pub answered: bool,
    /// gRPC status of the answer, once known.
    pub status: Option<u32>,
    /// When the call came.
    pub started: Instant,
    /// When it is given up.
    pub deadline: Instant,
}
