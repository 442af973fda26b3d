//! The names that were found, kept within bounds.

use super::error::ScanError;
use std::fmt;

/// The longest name in bytes; Milvus itself takes no longer one.
pub const MAX_NAME_LEN: usize = 255;
/// The most names in a list of collections.
pub const MAX_NAMES: usize = 4096;

/// What a field that was asked for holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capture {
    Database,
    Collection,
    Listed,
}

/// The names of a request. One that is not there is empty, as protobuf has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'a> {
    /// The database.
    pub database: &'a str,
    /// The collection.
    pub collection: &'a str,
    /// The list of collections.
    pub collections: Collections<'a>,
}

/// The names in a list, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Collections<'a> {
    /// Each name with a byte of length before it.
    bytes: &'a [u8],
}

impl<'a> Collections<'a> {
    /// Each name.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut bytes = self.bytes;
        std::iter::from_fn(move || {
            let (&length, rest) = bytes.split_first()?;
            let (name, rest) = rest.split_at_checked(usize::from(length))?;
            bytes = rest;
            // Checked when the list was made.
            std::str::from_utf8(name).ok()
        })
    }
}

impl fmt::Debug for Collections<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What was found so far.
#[derive(Debug)]
pub(super) struct Found {
    database: Name,
    collection: Name,
    /// Each name with a byte of length before it; no allocation before the first.
    listed: Vec<u8>,
    count: usize,
}

impl Found {
    pub(super) const NOTHING: Self =
        Self { database: Name::NONE, collection: Name::NONE, listed: Vec::new(), count: 0 };

    /// A field with a name begins.
    ///
    /// # Errors
    /// It is there already, or there are too many.
    pub(super) fn begin(&mut self, name: Capture) -> Result<(), ScanError> {
        let single = match name {
            Capture::Database => &mut self.database,
            Capture::Collection => &mut self.collection,
            Capture::Listed => {
                self.count += 1;
                return if self.count > MAX_NAMES { Err(ScanError::TooManyNames) } else { Ok(()) };
            }
        };
        if single.seen {
            return Err(ScanError::Repeated);
        }
        single.seen = true;
        Ok(())
    }

    /// The name's length is known.
    ///
    /// # Errors
    /// It is too long.
    pub(super) fn expect(&mut self, name: Capture, length: u32) -> Result<(), ScanError> {
        let length = u8::try_from(length).map_err(|_| ScanError::NameTooLong)?;
        if name == Capture::Listed {
            self.listed.push(length);
        }
        Ok(())
    }

    /// The next piece of a name. All pieces together are as long as was said.
    pub(super) fn push(&mut self, name: Capture, piece: &[u8]) {
        match name {
            Capture::Database => self.database.push(piece),
            Capture::Collection => self.collection.push(piece),
            Capture::Listed => self.listed.extend_from_slice(piece),
        }
    }

    /// All names, the whole request read.
    ///
    /// # Errors
    /// One of them is not text.
    pub(super) fn names(&self) -> Result<Names<'_>, ScanError> {
        let mut rest = self.listed.as_slice();
        while let Some((&length, tail)) = rest.split_first() {
            let (name, tail) = tail.split_at_checked(usize::from(length)).unwrap_or((tail, &[]));
            text(name)?;
            rest = tail;
        }
        Ok(Names {
            database: text(self.database.bytes())?,
            collection: text(self.collection.bytes())?,
            collections: Collections { bytes: &self.listed },
        })
    }
}

fn text(bytes: &[u8]) -> Result<&str, ScanError> {
    std::str::from_utf8(bytes).map_err(|_| ScanError::NotText)
}

/// Names up to this long need no allocation.
const IN_PLACE: usize = 62;

/// One name.
#[derive(Debug)]
struct Name {
    short: [u8; IN_PLACE],
    seen: bool,
    /// Bytes in `short`.
    length: u8,
    /// The name, if it is longer than `short`.
    long: Vec<u8>,
}

impl Name {
    const NONE: Self = Self { short: [0; IN_PLACE], seen: false, length: 0, long: Vec::new() };

    fn bytes(&self) -> &[u8] {
        if self.long.is_empty() { &self.short[..usize::from(self.length)] } else { &self.long }
    }

    fn push(&mut self, piece: &[u8]) {
        let start = usize::from(self.length);
        let room = self.short.get_mut(start..start + piece.len());
        match (room, u8::try_from(piece.len())) {
            (Some(room), Ok(length)) if self.long.is_empty() => {
                room.copy_from_slice(piece);
                self.length += length;
            }
            _ => {
                if self.long.is_empty() {
                    self.long.reserve_exact(MAX_NAME_LEN);
                    self.long.extend_from_slice(&self.short[..start]);
                }
                self.long.extend_from_slice(piece);
            }
        }
    }
}
