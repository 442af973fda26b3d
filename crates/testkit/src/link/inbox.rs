//! Bytes that have arrived, cut into frames.

use http2::frame::{HEAD_LEN, Head, Reason};
use std::io::{ErrorKind, Read, Result};
use std::ops::Range;

/// Room for what one read brings; far more than the largest frame.
const ROOM: usize = 256 * 1024;
/// The longest payload taken: what HTTP/2 allows a peer that was told nothing else.
const LONGEST: u32 = 16_384;

/// What a read brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// Bytes, and there may be more.
    More,
    /// All there was; possibly nothing.
    Drained,
    /// The peer has closed.
    Closed,
}

/// The buffer.
pub(super) struct Inbox {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Default for Inbox {
    fn default() -> Self {
        Self { bytes: vec![0; ROOM].into(), start: 0, end: 0 }
    }
}

impl Inbox {
    /// Reads once.
    pub(super) fn fill(&mut self, socket: &mut impl Read) -> Result<Filled> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.bytes.len() - self.end < ROOM / 2 {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        loop {
            let room = self.bytes.len() - self.end;
            match socket.read(&mut self.bytes[self.end..]) {
                Ok(0) => return Ok(Filled::Closed),
                Ok(read) => {
                    self.end += read;
                    // A short read means that the socket is empty (epoll(7) promises it).
                    return Ok(if read == room { Filled::More } else { Filled::Drained });
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Filled::Drained),
                Err(error) => return Err(error),
            }
        }
    }

    /// Bytes that were not taken off yet.
    pub(super) fn waiting(&self) -> usize {
        self.end - self.start
    }

    /// Takes the next whole frame off; its payload stays readable until the next fill.
    pub(super) fn frame(&mut self) -> std::result::Result<Option<(Head, Range<usize>)>, Reason> {
        let waiting = &self.bytes[self.start..self.end];
        let Some(head) = waiting.first_chunk::<HEAD_LEN>() else {
            return Ok(None);
        };
        let head = Head::parse(head);
        if head.length > LONGEST {
            return Err(Reason::FRAME_SIZE_ERROR);
        }
        let payload = self.start + HEAD_LEN..self.start + HEAD_LEN + head.length as usize;
        if payload.end > self.end {
            return Ok(None);
        }
        self.start = payload.end;
        Ok(Some((head, payload)))
    }

    /// Takes these bytes off if they come next; `None` while too few have arrived.
    pub(super) fn expect(&mut self, text: &[u8]) -> Option<bool> {
        let next = self.bytes.get(self.start..self.end)?.get(..text.len())?;
        let equal = next == text;
        self.start += text.len();
        Some(equal)
    }

    /// Bytes of a frame that was taken off.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }
}
