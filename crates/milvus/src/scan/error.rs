//! Why a request body is not read any further.

use std::fmt;

/// What is wrong with a request body. Each is final: the call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanError {
    /// The message is compressed.
    Compressed,
    /// The message is longer than this many bytes.
    TooLarge(u32),
    /// There is no message.
    NoMessage,
    /// There is more than one message, and the RPC takes one.
    SeveralMessages,
    /// The body ends within a message.
    Truncated,
    /// A field reaches beyond the end of its message.
    Overrun,
    /// A number is longer than it can be, or too large.
    BadNumber,
    /// A field has no valid number.
    BadField,
    /// A field is of a kind that protobuf does not have any more.
    BadKind,
    /// A name has the wrong kind of field.
    NotAName,
    /// A field that holds one name is there twice.
    Repeated,
    /// A name is too long.
    NameTooLong,
    /// There are too many names.
    TooManyNames,
    /// A name is not UTF-8.
    NotText,
}

impl ScanError {
    /// What is wrong, in a few words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Compressed => "compressed messages are not supported, turn compression off",
            Self::TooLarge(_) => "it is too large",
            Self::NoMessage => "there is none",
            Self::SeveralMessages => "there are several",
            Self::Truncated => "it ends too early",
            Self::Overrun => "a field reaches beyond its end",
            Self::BadNumber => "a number in it is malformed",
            Self::BadField => "a field in it has no valid number",
            Self::BadKind => "a field in it is of an unknown kind",
            Self::NotAName => "a name in it is of the wrong kind",
            Self::Repeated => "a name in it is given twice",
            Self::NameTooLong => "a name in it is too long",
            Self::TooManyNames => "there are too many names in it",
            Self::NotText => "a name in it is not UTF-8",
        }
    }
}

impl fmt::Display for ScanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for ScanError {}
