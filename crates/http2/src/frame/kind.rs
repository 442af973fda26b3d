//! The kinds of frames and their flags.

/// What a frame is. Kinds this crate has no name for are representable: HTTP/2 lets a receiver
/// ignore them, so they are not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(pub u8);

impl Kind {
    /// Bytes of a body.
    pub const DATA: Self = Self(0);
    /// The first part of a header block.
    pub const HEADERS: Self = Self(1);
    /// Obsolete priority signal, to be ignored.
    pub const PRIORITY: Self = Self(2);
    /// Ends one stream at once.
    pub const RST_STREAM: Self = Self(3);
    /// The sender's limits for the connection.
    pub const SETTINGS: Self = Self(4);
    /// Announces a response nobody asked for.
    pub const PUSH_PROMISE: Self = Self(5);
    /// A question to be echoed.
    pub const PING: Self = Self(6);
    /// The sender takes no new streams.
    pub const GOAWAY: Self = Self(7);
    /// More bytes of body may be sent.
    pub const WINDOW_UPDATE: Self = Self(8);
    /// A further part of a header block.
    pub const CONTINUATION: Self = Self(9);
}

/// Flags of a frame. What a bit means depends on the kind.
pub mod flag {
    /// DATA, HEADERS: nothing follows on this stream.
    pub const END_STREAM: u8 = 0x01;
    /// SETTINGS, PING: an answer, not a question.
    pub const ACK: u8 = 0x01;
    /// HEADERS, CONTINUATION: the header block ends here.
    pub const END_HEADERS: u8 = 0x04;
    /// DATA, HEADERS: a length byte comes first and that much padding last.
    pub const PADDED: u8 = 0x08;
    /// HEADERS: five bytes of obsolete priority come before the block.
    pub const PRIORITY: u8 = 0x20;
}
