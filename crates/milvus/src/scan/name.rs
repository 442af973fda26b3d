//! The names that were found, kept within bounds.

use super::error::ScanError;
use std::fmt;

/// The longest name in bytes; Milvus itself takes no longer one.
pub const MAX_NAME_LEN: usize = 255;
/// The most names in a list, those of nested messages included: as much memory as a stream's window
/// may hold anyway.
pub const MAX_NAMES: usize = 1024;

/// What a field that was asked for holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Capture {
    Database,
    Collection,
    OtherDatabase,
    Other,
    Listed,
    InnerDatabase,
    InnerCollection,
}

/// The names of a request. One that is not there is empty, as protobuf has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'a> {
    /// The database.
    pub database: &'a str,
    /// The collection.
    pub collection: &'a str,
    /// A second database, such as the one a collection is moved to.
    pub other_database: &'a str,
    /// A second name in the place of a collection's: an alias, or a collection's new name.
    pub other: &'a str,
    /// The list of collections, those named in nested messages included.
    pub collections: NameList<'a>,
    /// The databases of nested messages, one for each; empty where it names none.
    pub inner_databases: NameList<'a>,
    /// Whether something is named by its number.
    pub by_number: bool,
}

/// The names in a list, in their order.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct NameList<'a> {
    /// Each name with a byte of length before it.
    bytes: &'a [u8],
}

impl<'a> NameList<'a> {
    /// Each name.
    pub fn iter(self) -> impl Iterator<Item = &'a str> + Clone {
        let mut bytes = self.bytes;
        std::iter::from_fn(move || {
            let (&length, rest) = bytes.split_first()?;
            let (name, rest) = rest.split_at_checked(usize::from(length))?;
            bytes = rest;
            // Checked when the list was made.
            std::str::from_utf8(name).ok()
        })
    }

    /// Whether there is no name.
    pub const fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }
}

impl fmt::Debug for NameList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// What was found so far.
#[derive(Debug)]
pub(super) struct Found {
    database: Name,
    collection: Name,
    other_database: Name,
    other: Name,
    /// Each name with a byte of length before it; no allocation before the first.
    listed: Vec<u8>,
    inner_databases: Vec<u8>,
    count: usize,
    /// What the nested message that is being read has had.
    inner: Inner,
    pub(super) by_number: bool,
}

#[derive(Clone, Copy, Debug)]
struct Inner {
    database: bool,
    collection: bool,
}

impl Inner {
    const NOTHING: Self = Self { database: false, collection: false };
}

impl Found {
    pub(super) const NOTHING: Self = Self {
        database: Name::NONE,
        collection: Name::NONE,
        other_database: Name::NONE,
        other: Name::NONE,
        listed: Vec::new(),
        inner_databases: Vec::new(),
        count: 0,
        inner: Inner::NOTHING,
        by_number: false,
    };

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        for name in
            [&mut self.database, &mut self.collection, &mut self.other_database, &mut self.other]
        {
            name.clear();
        }
        self.listed.clear();
        self.inner_databases.clear();
        self.count = 0;
        self.inner = Inner::NOTHING;
        self.by_number = false;
    }

    /// Bytes of lists that are kept.
    pub(super) fn held(&self) -> usize {
        self.listed.len() + self.inner_databases.len()
    }

    /// A field with a name begins.
    ///
    /// # Errors
    /// It is there already, or there are too many.
    pub(super) fn begin(&mut self, name: Capture) -> Result<(), ScanError> {
        let seen = match name {
            Capture::Database => &mut self.database.seen,
            Capture::Collection => &mut self.collection.seen,
            Capture::OtherDatabase => &mut self.other_database.seen,
            Capture::Other => &mut self.other.seen,
            Capture::InnerDatabase => &mut self.inner.database,
            Capture::InnerCollection => &mut self.inner.collection,
            Capture::Listed => return self.count(),
        };
        if std::mem::replace(seen, true) { Err(ScanError::Repeated) } else { Ok(()) }
    }

    fn count(&mut self) -> Result<(), ScanError> {
        self.count += 1;
        if self.count > MAX_NAMES { Err(ScanError::TooManyNames) } else { Ok(()) }
    }

    /// A nested message begins.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn enter(&mut self) -> Result<(), ScanError> {
        self.inner = Inner::NOTHING;
        self.count()
    }

    /// A nested message has ended.
    pub(super) fn leave(&mut self) {
        if !self.inner.database {
            self.inner_databases.push(0);
        }
    }

    /// The name's length is known.
    ///
    /// # Errors
    /// It is too long.
    pub(super) fn expect(&mut self, name: Capture, length: u32) -> Result<(), ScanError> {
        let length = u8::try_from(length).map_err(|_| ScanError::NameTooLong)?;
        match name {
            Capture::Listed => self.listed.push(length),
            // One that is empty names nothing.
            Capture::InnerCollection if length > 0 => self.listed.push(length),
            Capture::InnerDatabase => self.inner_databases.push(length),
            _ => {}
        }
        Ok(())
    }

    /// The next piece of a name. All pieces together are as long as was said.
    pub(super) fn push(&mut self, name: Capture, piece: &[u8]) {
        match name {
            Capture::Database => self.database.push(piece),
            Capture::Collection => self.collection.push(piece),
            Capture::OtherDatabase => self.other_database.push(piece),
            Capture::Other => self.other.push(piece),
            Capture::Listed | Capture::InnerCollection => self.listed.extend_from_slice(piece),
            Capture::InnerDatabase => self.inner_databases.extend_from_slice(piece),
        }
    }

    /// All names, the whole request read.
    ///
    /// # Errors
    /// One of them is not text.
    pub(super) fn names(&self) -> Result<Names<'_>, ScanError> {
        Ok(Names {
            database: text(self.database.bytes())?,
            collection: text(self.collection.bytes())?,
            other_database: text(self.other_database.bytes())?,
            other: text(self.other.bytes())?,
            collections: list(&self.listed)?,
            inner_databases: list(&self.inner_databases)?,
            by_number: self.by_number,
        })
    }
}

fn list(bytes: &[u8]) -> Result<NameList<'_>, ScanError> {
    let mut rest = bytes;
    while let Some((&length, tail)) = rest.split_first() {
        let (name, tail) = tail.split_at_checked(usize::from(length)).unwrap_or((tail, &[]));
        text(name)?;
        rest = tail;
    }
    Ok(NameList { bytes })
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

    fn clear(&mut self) {
        self.seen = false;
        self.length = 0;
        self.long.clear();
    }

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
