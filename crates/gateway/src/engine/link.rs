//! One HTTP/2 connection, on either side: what both sides have in common.

use super::out::{Out, SHARED_HIGH_WATER};
use super::ping::Pings;
use super::transport::Transport;
use crate::desk::DataCaller;
use hashbrown::HashMap;
use http2::frame::{self, Reason, setting};
use http2::hpack::{Decoder, Encoder};
use std::collections::VecDeque;
use std::time::Instant;

/// What the gateway lets a peer send on one stream before it acknowledges.
pub(super) const STREAM_WINDOW: u32 = 256 * 1024;
/// What the gateway lets a peer send on one connection before it acknowledges.
pub(super) const CONNECTION_WINDOW: u32 = 2 << 20;
/// What HTTP/2 gives a stream and a connection before anybody says otherwise (RFC 9113, 6.9.2).
pub(super) const INITIAL_WINDOW: u32 = 65_535;
/// The largest frame the gateway takes (the protocol's default).
pub(super) const MAX_FRAME: usize = 16_384;
/// The largest window there can be (RFC 9113, 6.9.1).
const MOST_WINDOW: i64 = (1 << 31) - 1;
/// The dynamic table the gateway lets peers use.
const TABLE_SIZE: u32 = 4096;

/// A header block that arrives in several frames.
pub(super) struct Assembly {
    /// The stream it belongs to.
    pub stream: u32,
    /// Whether the stream ends with it.
    pub end_stream: bool,
    /// The fragments so far.
    pub block: Vec<u8>,
    /// When its first frame came.
    pub began: Instant,
}

/// One HTTP/2 connection.
pub(super) struct Link {
    /// The socket.
    pub socket: Transport,
    /// Bytes to write.
    pub out: Out,
    /// The start of a frame whose rest has not arrived.
    pub partial: Vec<u8>,
    /// Decodes the peer's header blocks.
    pub decoder: Decoder,
    /// Encodes ours.
    pub encoder: Encoder,
    /// Call number by stream.
    pub streams: HashMap<u32, usize>,
    /// How much the peer lets us send on the connection.
    pub send_window: i64,
    /// What the peer gives each new stream.
    pub peer_window: i64,
    /// The largest frame the peer takes.
    pub peer_frame: usize,
    /// How many streams the peer takes at once.
    pub peer_streams: usize,
    /// A header block in progress.
    pub assembly: Option<Assembly>,
    /// Calls that have data for this peer and found no window or room.
    pub blocked: VecDeque<usize>,
    /// Whether the connection is in the list of those to flush.
    pub dirty: bool,
    /// Whether the socket may take bytes.
    pub writable: bool,
    /// Whether the peer has said that it sends no more, and its last bytes may still wait.
    pub closing: bool,
    /// Streams that have ended while their frames are in the buffer, not on the wire, and whose
    /// call it was.
    pub unsent: Vec<(u32, DataCaller)>,
    /// Bytes received and not yet acknowledged on the connection.
    unacknowledged: u32,
    /// Pings that may wait for their answer; only an engine's do.
    pub pings: Option<Pings>,
}

impl Link {
    /// A connection on which nothing was said, full at so many bytes that wait to be written.
    pub(super) fn new(socket: Transport, most: usize) -> Self {
        Self {
            socket,
            out: Out::new(most),
            partial: Vec::new(),
            decoder: Decoder::new(TABLE_SIZE as usize),
            encoder: Encoder::new(),
            streams: HashMap::new(),
            send_window: i64::from(INITIAL_WINDOW),
            peer_window: i64::from(INITIAL_WINDOW),
            peer_frame: MAX_FRAME,
            peer_streams: usize::MAX,
            assembly: None,
            blocked: VecDeque::new(),
            dirty: false,
            writable: true,
            closing: false,
            unsent: Vec::new(),
            unacknowledged: 0,
            pings: None,
        }
    }

    /// A connection to an engine.
    pub(super) fn to_engine(socket: Transport) -> Self {
        Self { pings: Some(Pings::default()), ..Self::new(socket, SHARED_HIGH_WATER) }
    }

    /// Announces our settings and window.
    pub(super) fn greet(&mut self, settings: &[(u16, u32)]) {
        let out = self.out.buffer();
        frame::put_settings(out, settings);
        frame::put_window_update(out, 0, CONNECTION_WINDOW - INITIAL_WINDOW);
    }

    /// Counts received DATA against the connection's window.
    pub(super) fn received(&mut self, length: u32) -> Result<(), Reason> {
        self.unacknowledged += length;
        if self.unacknowledged > CONNECTION_WINDOW {
            return Err(Reason::FLOW_CONTROL_ERROR);
        }
        Ok(())
    }

    /// Gives the connection's window back, in large steps; whether it was time for one.
    pub(super) fn give_back(&mut self) -> bool {
        let due = self.unacknowledged >= CONNECTION_WINDOW / 2;
        if due {
            frame::put_window_update(self.out.buffer(), 0, self.unacknowledged);
            self.unacknowledged = 0;
        }
        due
    }

    /// Takes the peer's settings; by how much the windows of open streams change.
    pub(super) fn settings(&mut self, payload: &[u8]) -> Result<i64, Reason> {
        let mut change = 0;
        for (name, value) in frame::settings(payload)? {
            match name {
                setting::HEADER_TABLE_SIZE => self.encoder.set_peer_max_table_size(value),
                setting::ENABLE_PUSH if value > 1 => return Err(Reason::PROTOCOL_ERROR),
                setting::MAX_CONCURRENT_STREAMS => self.peer_streams = value as usize,
                setting::INITIAL_WINDOW_SIZE => {
                    if i64::from(value) > MOST_WINDOW {
                        return Err(Reason::FLOW_CONTROL_ERROR);
                    }
                    change += i64::from(value) - self.peer_window;
                    self.peer_window = i64::from(value);
                }
                setting::MAX_FRAME_SIZE => {
                    if !(16_384..=16_777_215).contains(&value) {
                        return Err(Reason::PROTOCOL_ERROR);
                    }
                    self.peer_frame = value as usize;
                }
                _ => {}
            }
        }
        frame::put_settings_ack(self.out.buffer());
        Ok(change)
    }

    /// Gives memory back while nothing is on the connection.
    pub(super) fn rest(&mut self) {
        self.out.shrink();
        if self.partial.is_empty() {
            self.partial = Vec::new();
        }
    }

    /// Answers a ping, now or when it is time to.
    pub(super) fn ping(&mut self, payload: [u8; 8]) {
        let now = match &mut self.pings {
            Some(pings) => pings.came(payload),
            None => [None, Some(payload)],
        };
        for payload in now.into_iter().flatten() {
            frame::put_ping(self.out.buffer(), payload, true);
        }
    }

    /// Answers a ping that has waited; whether there was one.
    pub(super) fn pong(&mut self) -> bool {
        let owed = self.pings.as_mut().and_then(Pings::due);
        if let Some(payload) = owed {
            frame::put_ping(self.out.buffer(), payload, true);
        }
        owed.is_some()
    }

    /// Begins a frame of so much data of a stream.
    pub(super) fn begin_data(&mut self, stream: u32, length: usize, end: bool) {
        if let Some(payload) = self.pings.as_mut().and_then(|pings| pings.sends(length)) {
            frame::put_ping(self.out.buffer(), payload, true);
        }
        frame::put_data_head(self.out.buffer(), stream, length, end);
        // A frame is at most 16 MiB long.
        self.send_window -= i64::try_from(length).unwrap_or(i64::MAX);
    }

    /// Adds to the connection's send window.
    pub(super) fn widen(&mut self, increment: u32) -> Result<(), Reason> {
        self.send_window = wider(self.send_window, increment)?;
        Ok(())
    }
}

/// A window made wider by what a WINDOW_UPDATE says.
pub(super) fn wider(window: i64, increment: u32) -> Result<i64, Reason> {
    match window + i64::from(increment) {
        _ if increment == 0 => Err(Reason::PROTOCOL_ERROR),
        wider if wider > MOST_WINDOW => Err(Reason::FLOW_CONTROL_ERROR),
        wider => Ok(wider),
    }
}
