//! What can be wrong with a header block.

use crate::frame::Reason;
use std::fmt;

/// Why a header block could not be decoded. Both sides' tables may differ from here on, so the
/// connection has to end with COMPRESSION_ERROR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HpackError {
    /// The block ends inside a field.
    Truncated,
    /// A number is longer than this decoder reads.
    IntegerTooLong,
    /// A field refers to a table entry that does not exist.
    UnknownIndex,
    /// A string is not a valid Huffman code.
    InvalidHuffman,
    /// A table size update is above the advertised size, stands after a field, or is missing
    /// where the advertised size became smaller.
    SizeUpdate,
}

impl fmt::Display for HpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "the header block ends inside a field",
            Self::IntegerTooLong => "a number in the header block is too long",
            Self::UnknownIndex => "the header block refers to a table entry that does not exist",
            Self::InvalidHuffman => "a string in the header block is not valid Huffman code",
            Self::SizeUpdate => "the header block breaks the rules for table size updates",
        })
    }
}

impl std::error::Error for HpackError {}

impl From<HpackError> for Reason {
    fn from(_: HpackError) -> Self {
        Self::COMPRESSION_ERROR
    }
}
