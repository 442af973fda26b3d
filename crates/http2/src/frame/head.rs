//! The nine bytes every frame starts with.

use super::Kind;

/// What a client sends before its first frame.
pub const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes in a frame's head.
pub const HEAD_LEN: usize = 9;

/// The longest payload a head can announce.
pub const MAX_LENGTH: u32 = (1 << 24) - 1;

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Bytes of payload that follow, at most [`MAX_LENGTH`].
    pub length: u32,
    /// What the payload is.
    pub kind: Kind,
    /// Bits of [`super::flag`].
    pub flags: u8,
    /// The stream, 0 for the connection; at most 31 bits.
    pub stream: u32,
}

impl Head {
    /// Reads a head. Every nine bytes are one: the reserved bit of the stream is ignored.
    pub const fn parse(bytes: &[u8; HEAD_LEN]) -> Self {
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = *bytes;
        Self {
            length: u32::from_be_bytes([0, l0, l1, l2]),
            kind: Kind(kind),
            flags,
            stream: u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]),
        }
    }

    /// The head as it goes on the wire; bits that do not fit are dropped.
    pub const fn to_bytes(self) -> [u8; HEAD_LEN] {
        let [_, l0, l1, l2] = self.length.to_be_bytes();
        let [s0, s1, s2, s3] = self.stream.to_be_bytes();
        [l0, l1, l2, self.kind.0, self.flags, s0 & 0x7f, s1, s2, s3]
    }

    /// Appends the head.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bytes());
    }

    /// Whether any bit of `flag` is set.
    pub const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}
