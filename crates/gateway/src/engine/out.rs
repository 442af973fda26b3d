//! Bytes on their way to one socket.
//!
//! Frames are appended whole and written once a turn. The buffer knows where the first frame that
//! is not fully sent begins, so that a cut can tell whose frames are still waiting.

use http2::frame::{HEAD_LEN, Head};
use std::io::{ErrorKind, Result, Write};

/// Above this many waiting bytes a client's connection takes no more data until some are written.
pub(super) const HIGH_WATER: usize = 256 * 1024;
/// The same for an engine's connection, which many clients share: with room for several streams'
/// windows, data is hardly ever kept and copied a second time.
pub(super) const SHARED_HIGH_WATER: usize = 1 << 20;
/// A buffer that grew beyond this is given back when its connection rests.
const KEEP: usize = 64 * 1024;

/// The buffer.
pub(super) struct Out {
    bytes: Vec<u8>,
    /// Start of the first frame not fully sent.
    frame: usize,
    /// How much is sent; in or at the start of that frame.
    sent: usize,
    /// Where it is full.
    most: usize,
}

impl Out {
    /// A buffer that is full at so many waiting bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), frame: 0, sent: 0, most }
    }

    /// Where to append frames.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// How many bytes wait.
    pub(super) fn waiting(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Whether data may be appended.
    pub(super) fn has_room(&self) -> bool {
        self.waiting() < self.most
    }

    /// Whether more waits than data alone can make wait: the peer causes answers without end and
    /// does not read them.
    pub(super) fn is_flooded(&self) -> bool {
        self.waiting() > 2 * self.most + HIGH_WATER
    }

    /// Bytes that were put at the very start and are no frame.
    pub(super) fn skip_as_frame_start(&mut self) {
        self.frame = self.bytes.len();
    }

    /// Writes what the socket takes; whether all was written.
    pub(super) fn flush(&mut self, socket: &mut impl Write) -> Result<bool> {
        while self.sent < self.bytes.len() {
            match socket.write(&self.bytes[self.sent..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.compact();
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        self.sent = 0;
        self.frame = 0;
        self.bytes.clear();
        Ok(true)
    }

    /// Gives a large buffer back if nothing waits in it. A connection in use keeps its own, because
    /// memory that was just written is still in the cache.
    pub(super) fn shrink(&mut self) {
        if self.bytes.is_empty() && self.bytes.capacity() > KEEP {
            self.bytes = Vec::new();
        }
    }

    /// Whether a frame of a stream that `mine` accepts is not fully sent.
    pub(super) fn carries(&self, mine: impl Fn(u32) -> bool) -> bool {
        self.frames().any(|(_, head)| mine(head.stream))
    }

    fn frames(&self) -> impl Iterator<Item = (usize, Head)> + '_ {
        let mut at = self.frame;
        std::iter::from_fn(move || {
            loop {
                let bytes = self.bytes.get(at..at + HEAD_LEN)?;
                let head = Head::parse(bytes.try_into().ok()?);
                let start = at;
                at += HEAD_LEN + head.length as usize;
                if at > self.sent {
                    return Some((start, head));
                }
            }
        })
    }

    /// Drops frames that are fully sent from the front.
    fn compact(&mut self) {
        let unsent = self.frames().next().map(|(start, _)| start);
        self.frame = unsent.unwrap_or(self.bytes.len());
        if self.frame >= HIGH_WATER {
            self.bytes.drain(..self.frame);
            self.sent -= self.frame;
            self.frame = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http2::frame::put_data_head;

    /// A socket that takes a given number of bytes and then blocks.
    struct Socket(usize);

    impl Write for Socket {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            if self.0 == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn it_knows_whose_frames_wait() {
        let mut out = Out::new(HIGH_WATER);
        for stream in [1, 3, 5] {
            put_data_head(out.buffer(), stream, 10, false);
            out.buffer().extend_from_slice(&[0; 10]);
        }
        assert!(out.carries(|stream| stream == 1));
        // 19 bytes are one frame; 20 reach into the second.
        assert!(!out.flush(&mut Socket(20)).unwrap());
        assert!(!out.carries(|stream| stream == 1));
        assert!(out.carries(|stream| stream == 3) && out.carries(|stream| stream == 5));
        assert!(!out.flush(&mut Socket(18)).unwrap());
        assert!(!out.carries(|stream| stream == 3) && out.carries(|stream| stream == 5));
        assert!(out.flush(&mut Socket(100)).unwrap());
        assert!(!out.carries(|_| true));
        assert_eq!(out.waiting(), 0);
    }

    #[test]
    fn a_long_queue_is_compacted_and_stays_right() {
        let mut out = Out::new(HIGH_WATER);
        for stream in 0..100u32 {
            put_data_head(out.buffer(), stream, 10_000, false);
            out.buffer().extend_from_slice(&[7; 10_000]);
        }
        for _ in 0..50 {
            out.flush(&mut Socket(10_009)).unwrap();
        }
        assert_eq!(out.waiting(), 50 * 10_009);
        assert!(!out.carries(|stream| stream == 49) && out.carries(|stream| stream == 50));
        assert!(out.bytes.len() < 100 * 10_009);
    }
}
