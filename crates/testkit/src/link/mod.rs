//! One HTTP/2 connection without its socket: what the upstream, the load generator and the client
//! have in common.
//!
//! Bytes go in with [`Link::fill`], come out as [`Event`]s of streams, and frames written by the
//! owner go out with [`Link::flush`]. Settings, pings and the receive windows are handled here; the
//! windows of the owner's own streams are the owner's.

mod inbox;
mod outbox;
mod streams;

pub use inbox::Filled;
pub use streams::StreamMap;

use http2::frame::{self, HEAD_LEN, Head, Kind, PREFACE, Reason, flag, setting};
use http2::hpack::{Decoded, Decoder, Encoder, Indexing, Limits};
use inbox::Inbox;
use outbox::Outbox;
use std::io::{Read, Result, Write};
use std::ops::Range;

/// What HTTP/2 gives a stream and a connection before anybody says otherwise.
const INITIAL_WINDOW: u32 = 65_535;
/// What this side lets its peer send: enough that a stream never waits for it.
const WINDOW: u32 = 1 << 30;
/// The longest payload sent, whatever the peer takes: HTTP/2's default, which every SDK uses.
const FRAME: usize = 16_384;
/// Streams a server lets its peer have open.
const STREAMS: u32 = 1024;
/// Bounds on a header block, generous for a test.
const LIMITS: Limits = Limits { max_fields: 200, max_bytes: 64 * 1024 };

/// What happened to a stream.
#[derive(Debug)]
pub enum Event {
    /// A header block arrived: read it with [`Link::headers`] before asking for the next event.
    Headers {
        /// The stream.
        stream: u32,
        /// Whether the peer sends nothing more on it.
        end: bool,
    },
    /// A piece of body arrived: read it with [`Link::body`].
    Data {
        /// The stream.
        stream: u32,
        /// Where the piece is.
        body: Range<usize>,
        /// Whether the peer sends nothing more on it.
        end: bool,
    },
    /// The peer gave a stream up.
    Reset {
        /// The stream.
        stream: u32,
        /// Why.
        reason: Reason,
    },
    /// The peer takes more: on one stream, or on the connection (stream 0).
    Window {
        /// The stream, or 0.
        stream: u32,
        /// How many bytes more.
        increment: u32,
    },
    /// The peer changed the window of every open stream by this much.
    Windows(i64),
    /// The peer takes no more streams.
    Goaway {
        /// The last stream it serves.
        last: u32,
        /// Why.
        reason: Reason,
    },
}

/// The connection.
pub struct Link {
    inbox: Inbox,
    outbox: Outbox,
    decoder: Decoder,
    encoder: Encoder,
    /// Whether the client's first bytes are still to come.
    preface: bool,
    block: Vec<u8>,
    /// Stream and end of a header block that is not complete.
    unfinished: Option<(u32, bool)>,
    send_window: i64,
    peer_window: i64,
    unacknowledged: u32,
    received: u64,
}

impl Link {
    /// The client's side; its greeting is in the outbox.
    pub fn client() -> Self {
        let mut link = Self::new();
        link.preface = false;
        link.outbox.buffer().extend_from_slice(PREFACE);
        link.greet(&[(setting::ENABLE_PUSH, 0), (setting::INITIAL_WINDOW_SIZE, WINDOW)]);
        link
    }

    /// The server's side; its greeting is in the outbox.
    pub fn server() -> Self {
        let mut link = Self::new();
        link.greet(&[
            (setting::MAX_CONCURRENT_STREAMS, STREAMS),
            (setting::INITIAL_WINDOW_SIZE, WINDOW),
        ]);
        link
    }

    fn new() -> Self {
        Self {
            inbox: Inbox::default(),
            outbox: Outbox::default(),
            decoder: Decoder::new(4096),
            encoder: Encoder::new(),
            preface: true,
            block: Vec::new(),
            unfinished: None,
            send_window: i64::from(INITIAL_WINDOW),
            peer_window: i64::from(INITIAL_WINDOW),
            unacknowledged: 0,
            received: 0,
        }
    }

    fn greet(&mut self, settings: &[(u16, u32)]) {
        let out = self.outbox.buffer();
        frame::put_settings(out, settings);
        frame::put_window_update(out, 0, WINDOW - INITIAL_WINDOW);
    }

    /// Reads once from the socket.
    pub fn fill(&mut self, socket: &mut impl Read) -> Result<Filled> {
        self.inbox.fill(socket)
    }

    /// Bytes that have arrived and are not part of a whole frame yet.
    pub fn waiting(&self) -> usize {
        self.inbox.waiting()
    }

    /// Writes what the socket takes; whether nothing is left.
    pub fn flush(&mut self, socket: &mut impl Write) -> Result<bool> {
        self.outbox.flush(socket)
    }

    /// Whether bodies may be appended now.
    pub fn has_room(&self) -> bool {
        self.outbox.has_room()
    }

    /// The window a stream opened now may send into.
    pub fn stream_window(&self) -> i64 {
        self.peer_window
    }

    /// What may be sent on the connection, over all streams.
    pub fn connection_window(&self) -> i64 {
        self.send_window
    }

    /// Bytes of frames received so far, heads included.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next thing that happened, from the bytes that have arrived.
    ///
    /// # Errors
    /// What the peer did wrong; the connection is of no use after it.
    pub fn event(&mut self) -> std::result::Result<Option<Event>, Reason> {
        if self.preface {
            match self.inbox.expect(PREFACE) {
                None => return Ok(None),
                Some(false) => return Err(Reason::PROTOCOL_ERROR),
                Some(true) => self.preface = false,
            }
        }
        while let Some((head, payload)) = self.inbox.frame()? {
            self.received += HEAD_LEN as u64 + u64::from(head.length);
            if let Some(event) = self.take(head, payload)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    fn take(
        &mut self,
        head: Head,
        payload: Range<usize>,
    ) -> std::result::Result<Option<Event>, Reason> {
        let stream = head.stream;
        let bytes = self.inbox.bytes(payload.clone());
        match head.kind {
            Kind::DATA => {
                let body = frame::unpad(head.flags, bytes)?;
                let start = payload.start + usize::from(head.has(flag::PADDED));
                let body = start..start + body.len();
                self.acknowledge(head.length);
                Ok(Some(Event::Data { stream, body, end: head.has(flag::END_STREAM) }))
            }
            Kind::HEADERS => {
                self.block.clear();
                self.block.extend_from_slice(frame::header_fragment(head.flags, bytes)?);
                self.unfinished = Some((stream, head.has(flag::END_STREAM)));
                Ok(self.block_event(head))
            }
            Kind::CONTINUATION => {
                self.block.extend_from_slice(bytes);
                Ok(self.block_event(head))
            }
            Kind::RST_STREAM => {
                Ok(Some(Event::Reset { stream, reason: frame::rst_stream(bytes)? }))
            }
            Kind::SETTINGS if !head.has(flag::ACK) => self.settings(payload),
            Kind::PING if !head.has(flag::ACK) => {
                let echo = frame::ping(bytes)?;
                frame::put_ping(self.outbox.buffer(), echo, true);
                Ok(None)
            }
            Kind::WINDOW_UPDATE => {
                let increment = frame::window_update(bytes)?;
                if stream == 0 {
                    self.send_window += i64::from(increment);
                }
                Ok(Some(Event::Window { stream, increment }))
            }
            Kind::GOAWAY => {
                let (last, reason) = frame::goaway(bytes)?;
                Ok(Some(Event::Goaway { last, reason }))
            }
            _ => Ok(None),
        }
    }

    fn block_event(&mut self, head: Head) -> Option<Event> {
        if !head.has(flag::END_HEADERS) {
            return None;
        }
        let (stream, end) = self.unfinished.take()?;
        Some(Event::Headers { stream, end })
    }

    fn settings(&mut self, payload: Range<usize>) -> std::result::Result<Option<Event>, Reason> {
        let mut change = 0;
        for (name, value) in frame::settings(self.inbox.bytes(payload))? {
            match name {
                setting::INITIAL_WINDOW_SIZE => {
                    change += i64::from(value) - self.peer_window;
                    self.peer_window = i64::from(value);
                }
                setting::HEADER_TABLE_SIZE => self.encoder.set_peer_max_table_size(value),
                _ => {}
            }
        }
        frame::put_settings_ack(self.outbox.buffer());
        Ok((change != 0).then_some(Event::Windows(change)))
    }

    /// Gives the connection's window back in large steps.
    fn acknowledge(&mut self, length: u32) {
        self.unacknowledged += length;
        if self.unacknowledged >= WINDOW / 2 {
            frame::put_window_update(self.outbox.buffer(), 0, self.unacknowledged);
            self.unacknowledged = 0;
        }
    }

    /// Reads the header block of the last [`Event::Headers`]; has to be called for each.
    ///
    /// # Errors
    /// If the block cannot be decoded or is beyond every sensible size.
    pub fn headers(&mut self, sink: impl FnMut(&[u8], &[u8])) -> std::result::Result<(), Reason> {
        match self.decoder.decode(&self.block, LIMITS, sink) {
            Ok(Decoded::Complete) => Ok(()),
            Ok(Decoded::TooLarge) => Err(Reason::ENHANCE_YOUR_CALM),
            Err(_) => Err(Reason::COMPRESSION_ERROR),
        }
    }

    /// The bytes of the last [`Event::Data`].
    pub fn body(&self, range: Range<usize>) -> &[u8] {
        self.inbox.bytes(range)
    }

    /// Writes a header block for a stream.
    pub fn put_headers(&mut self, stream: u32, end: bool, write: impl FnOnce(&mut Fields<'_>)) {
        let out = self.outbox.buffer();
        let mark = frame::begin_headers(out);
        self.encoder.begin(out);
        write(&mut Fields { encoder: &mut self.encoder, out });
        frame::end_headers(out, mark, stream, end, FRAME);
    }

    /// Writes as much of a body as windows and room allow, and says how much that was. `window` is
    /// the stream's; with `end` the last piece ends the stream.
    pub fn put_body(&mut self, stream: u32, window: &mut i64, body: &[u8], end: bool) -> usize {
        let mut done = 0;
        while done < body.len() && self.outbox.has_room() {
            let allowed = usize::try_from(self.send_window.min(*window)).unwrap_or(0);
            let piece = (body.len() - done).min(FRAME).min(allowed);
            if piece == 0 {
                break;
            }
            let last = end && done + piece == body.len();
            let out = self.outbox.buffer();
            frame::put_data_head(out, stream, piece, last);
            out.extend_from_slice(&body[done..done + piece]);
            let taken = i64::try_from(piece).unwrap_or(i64::MAX);
            self.send_window -= taken;
            *window -= taken;
            done += piece;
        }
        done
    }

    /// Ends a stream without a further byte of body.
    pub fn put_end(&mut self, stream: u32) {
        frame::put_data_head(self.outbox.buffer(), stream, 0, true);
    }

    /// Gives a stream up.
    pub fn put_reset(&mut self, stream: u32, reason: Reason) {
        frame::put_rst_stream(self.outbox.buffer(), stream, reason);
    }
}

/// A header block being written.
pub struct Fields<'a> {
    encoder: &'a mut Encoder,
    out: &'a mut Vec<u8>,
}

impl Fields<'_> {
    /// A field that is the same in many blocks.
    pub fn stable(&mut self, name: &[u8], value: &[u8]) {
        self.encoder.field(self.out, name, value, Indexing::Stable);
    }

    /// A field that changes from call to call.
    pub fn literal(&mut self, name: &[u8], value: &[u8]) {
        self.encoder.field(self.out, name, value, Indexing::Literal);
    }

    /// The status of a response.
    pub fn status(&mut self, status: u16) {
        self.encoder.status(self.out, status);
    }
}
