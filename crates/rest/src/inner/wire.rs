//! HTTP/2 as a client speaks it, one call at a time: bytes in, bytes out.
//!
//! The other end is this program's gateway. Still nothing is taken on trust: what breaks the
//! protocol ends the connection, and what waits here is bounded. Never does I/O and knows no clock;
//! what arrives is read in [`arrival`](super::arrival).

use super::answer::Answer;
use http2::frame::{self, HEAD_LEN, PREFACE, Reason, setting};
use http2::hpack::{Decoder, Encoder, Indexing};

/// What may be under way to us on a stream, and on the connection.
pub(super) const WINDOW: u32 = 4 << 20;
/// What both sides may send before anything is said of it.
const FIRST_WINDOW: u32 = 65_535;
/// The longest payload that both sides read if nothing is said of it.
pub(super) const FRAME: usize = 16 << 10;
/// The table for header fields that both sides keep if nothing is said of it.
const TABLE: usize = 4096;
/// How much of a request is put out at once.
const AT_ONCE: usize = 64 << 10;
/// What is read at first, and at once when much comes.
const READ: usize = 8 << 10;
const READ_MUCH: usize = 64 << 10;
/// So much room for what is to be written stays with a connection that has nothing to write.
const KEPT: usize = 16 << 10;
/// The most that may wait to be written: the gateway always reads what little it has asked for.
const MOST_OUT: usize = 1 << 20;
/// The largest number of a stream.
const LAST_STREAM: u32 = 0x7fff_ffff;

/// A header field, and how it is sent.
pub(crate) type Field<'f> = (&'f [u8], &'f [u8], Indexing);

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// The gateway is stopping, and has not looked at the call.
    Stopping,
    /// The gateway has ended the call or the connection.
    Ended,
}

/// The state of a connection.
pub(crate) struct Wire {
    pub(super) encoder: Encoder,
    pub(super) decoder: Decoder,
    pub(super) out: Vec<u8>,
    /// How much of that was written.
    written: usize,
    /// What was read and not looked at yet, in front.
    pub(super) input: Vec<u8>,
    pub(super) filled: usize,
    /// What the gateway takes.
    pub(super) peer: Peer,
    /// What has come on the connection and was not given back.
    pub(super) taken: u32,
    /// The stream of the last call.
    pub(super) last: u32,
    pub(super) call: Option<Call>,
    /// A header block that goes on in the next frame.
    pub(super) block: Option<Block>,
    /// Why no call can be begun any more.
    pub(super) end: Option<Gone>,
    /// Nothing that arrives is looked at any more.
    pub(super) is_broken: bool,
}

/// What the gateway takes.
pub(super) struct Peer {
    /// Of all bodies.
    pub(super) window: i64,
    /// Of the body of a new call.
    pub(super) first: i64,
    /// In a frame.
    pub(super) frame: usize,
}

/// The call that is under way.
pub(super) struct Call {
    pub(super) stream: u32,
    /// What the gateway takes of its body now.
    pub(super) window: i64,
    pub(super) body: Vec<u8>,
    pub(super) sent: usize,
    /// Nothing more is sent of it: the end was, or a reset was sent or came.
    pub(super) is_shut: bool,
    /// What has come of the answer's body and was not given back.
    pub(super) taken: u32,
    pub(super) has_head: bool,
    pub(super) answer: Answer,
    pub(super) done: Option<Result<(), Gone>>,
}

/// The beginning of a header block.
pub(super) struct Block {
    pub(super) stream: u32,
    pub(super) is_last: bool,
    pub(super) bytes: Vec<u8>,
}

impl Wire {
    /// A new connection, whose greeting waits to be written.
    pub(crate) fn new() -> Self {
        let mut out = PREFACE.to_vec();
        let settings = [(setting::ENABLE_PUSH, 0), (setting::INITIAL_WINDOW_SIZE, WINDOW)];
        frame::put_settings(&mut out, &settings);
        frame::put_window_update(&mut out, 0, WINDOW - FIRST_WINDOW);
        let first = i64::from(FIRST_WINDOW);
        Self {
            encoder: Encoder::new(),
            decoder: Decoder::new(TABLE),
            out,
            written: 0,
            input: Vec::new(),
            filled: 0,
            peer: Peer { window: first, first, frame: FRAME },
            taken: 0,
            last: 0,
            call: None,
            block: None,
            end: None,
            is_broken: false,
        }
    }

    /// Begins a call. One that is still under way is given up.
    pub(crate) fn begin<'f>(
        &mut self,
        fields: impl IntoIterator<Item = Field<'f>>,
        body: Vec<u8>,
    ) -> Result<(), Gone> {
        self.abandon();
        if let Some(end) = self.end {
            return Err(end);
        }
        let stream = if self.last == 0 { 1 } else { self.last + 2 };
        self.last = stream;
        let mark = frame::begin_headers(&mut self.out);
        self.encoder.begin(&mut self.out);
        for (name, value, how) in fields {
            self.encoder.field(&mut self.out, name, value, how);
        }
        let is_shut = body.is_empty();
        frame::end_headers(&mut self.out, mark, stream, is_shut, self.peer.frame);
        self.call = Some(Call {
            stream,
            window: self.peer.first,
            body,
            sent: 0,
            is_shut,
            taken: 0,
            has_head: false,
            answer: Answer::default(),
            done: None,
        });
        if stream >= LAST_STREAM {
            self.end = Some(Gone::Ended);
        }
        self.fill();
        Ok(())
    }

    /// Gives up the call that is under way, if there is one.
    pub(crate) fn abandon(&mut self) {
        if let Some(mut call) = self.call.take()
            && call.done.is_none()
        {
            call.reset(&mut self.out);
        }
    }

    /// The answer, when it is whole.
    pub(crate) fn take_answer(&mut self) -> Option<Result<Answer, Gone>> {
        let done = self.call.as_ref()?.done?;
        let call = self.call.take()?;
        if self.input.len() > READ && self.filled == 0 {
            self.input = Vec::new();
        }
        Some(done.map(|()| call.answer))
    }

    /// How much of the answer's body has come.
    pub(crate) fn arrived(&self) -> usize {
        self.call.as_ref().map_or(0, |call| call.answer.body.len())
    }

    /// Whether no more calls can be made.
    pub(crate) fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// What is to be written.
    pub(crate) fn out(&self) -> &[u8] {
        &self.out[self.written..]
    }

    /// So much of it was written.
    pub(crate) fn wrote(&mut self, length: usize) {
        self.written += length;
        if self.written >= self.out.len() {
            self.written = 0;
            self.out.clear();
            self.fill();
            if self.out.is_empty() && self.out.capacity() > KEPT {
                self.out = Vec::new();
            }
        }
    }

    /// Where the next bytes go that are read.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if self.filled == self.input.len() {
            let length = if self.input.is_empty() { READ } else { READ_MUCH };
            self.input.resize(length.max(self.filled + HEAD_LEN), 0);
        }
        &mut self.input[self.filled..]
    }

    /// So many bytes were read.
    pub(crate) fn read(&mut self, length: usize) {
        self.filled += length;
        self.look();
        self.fill();
        if self.out.len() - self.written > MOST_OUT {
            self.fail(Reason::ENHANCE_YOUR_CALM);
        }
    }

    /// The other end is gone.
    pub(crate) fn closed(&mut self) {
        self.is_broken = true;
        let end = *self.end.get_or_insert(Gone::Ended);
        if let Some(call) = &mut self.call {
            call.done.get_or_insert(Err(end));
        }
    }

    /// Ends the connection, and says why.
    pub(super) fn fail(&mut self, reason: Reason) {
        if !self.is_broken {
            tracing::debug!(%reason, "the inner connection is ended: this breaks HTTP/2");
            frame::put_goaway(&mut self.out, 0, reason, &[]);
            self.closed();
        }
    }

    /// Puts out what the gateway takes of the body now, a piece at a time.
    fn fill(&mut self) {
        let Some(call) = self.call.as_mut().filter(|call| !call.is_shut) else { return };
        while !call.is_shut && self.out.len() < AT_ONCE {
            let room = call.window.min(self.peer.window);
            let room = usize::try_from(room).unwrap_or_default().min(self.peer.frame);
            let left = &call.body[call.sent..];
            let piece = &left[..left.len().min(room)];
            if piece.is_empty() {
                return;
            }
            call.is_shut = piece.len() == left.len();
            frame::put_data_head(&mut self.out, call.stream, piece.len(), call.is_shut);
            self.out.extend_from_slice(piece);
            call.sent += piece.len();
            let length = i64::try_from(piece.len()).unwrap_or_default();
            call.window -= length;
            self.peer.window -= length;
        }
        if call.is_shut {
            call.body = Vec::new();
        }
    }
}

impl Call {
    /// Ends the stream on this side, whatever has been sent of it.
    pub(super) fn reset(&mut self, out: &mut Vec<u8>) {
        frame::put_rst_stream(out, self.stream, Reason::CANCEL);
        self.is_shut = true;
    }

    /// The answer is whole.
    pub(super) fn complete(&mut self, out: &mut Vec<u8>) {
        if !self.is_shut {
            // It was answered before all of it was read.
            self.reset(out);
        }
        self.done.get_or_insert(Ok(()));
    }
}
