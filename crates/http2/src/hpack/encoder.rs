//! Writing header blocks.
//!
//! Fields that repeat on a connection are inserted into the peer's table once and referred to by
//! one or two bytes afterwards. Nothing is ever evicted: an entry's index only moves when a new
//! one comes in front of it, and when the table is full, further fields are written in full.
//! Strings are never Huffman-coded: that costs more time than its bytes are worth between a
//! gateway and its neighbours.

use super::{integer, static_table};

/// The most of the peer's table this encoder uses, and what both sides start with.
const MAX_TABLE_SIZE: usize = 4096;

/// What an entry counts in addition to its bytes.
const OVERHEAD: usize = 32;

const STATUS: &[u8] = b":status";

/// How a field begins: its pattern, and the bits under it for the first number.
type Start = (u8, u32);
const INDEXED: Start = (0x80, 7);
const INSERTED: Start = (0x40, 6);
const PLAIN: Start = (0x00, 4);
const NEVER_INDEXED: Start = (0x10, 4);

/// How a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexing {
    /// Kept in the peer's table, for what most messages of a connection repeat. The first of them
    /// fill the table for the connection's whole life, so nothing a stranger can vary belongs here.
    Stable,
    /// Written in full each time.
    Literal,
    /// Written in full, and no one on the way may keep it in a table (credentials).
    Secret,
}

/// An entry of the peer's table.
struct Entry {
    start: usize,
    value: usize,
    end: usize,
}

/// Writes the header blocks of one connection, in their order.
pub struct Encoder {
    /// Of each entry, oldest first; apart from the entries so that a search reads little.
    hashes: Vec<u32>,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    size: usize,
    max: usize,
    /// The peer has yet to be told that the table is emptied and of which size it is now.
    resized: bool,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// An encoder for a new connection.
    pub const fn new() -> Self {
        Self {
            hashes: Vec::new(),
            entries: Vec::new(),
            bytes: Vec::new(),
            size: 0,
            max: MAX_TABLE_SIZE,
            resized: false,
        }
    }

    /// Takes the peer's SETTINGS_HEADER_TABLE_SIZE. If that changes the table, the next block
    /// empties it and entries are inserted anew.
    pub fn set_peer_max_table_size(&mut self, size: u32) {
        let max = MAX_TABLE_SIZE.min(size as usize);
        if max != self.max {
            self.max = max;
            self.resized = true;
            self.hashes.clear();
            self.entries.clear();
            self.bytes.clear();
            self.size = 0;
        }
    }

    /// Begins a header block: call it before the block's first field.
    #[inline]
    pub fn begin(&mut self, out: &mut Vec<u8>) {
        if self.resized {
            self.resized = false;
            // Size 0 empties the peer's table, and is at most any size it allowed in between.
            integer::write(out, 0x20, 5, 0);
            if self.max > 0 {
                integer::write(out, 0x20, 5, self.max);
            }
        }
    }

    /// Appends a field. Names have to be in lower case, as HTTP/2 wants them.
    pub fn field(&mut self, out: &mut Vec<u8>, name: &[u8], value: &[u8], how: Indexing) {
        match how {
            Indexing::Stable => self.stable(out, name, value),
            Indexing::Literal => match find_static(name, value) {
                (_, Some(index)) => integer::write(out, INDEXED.0, INDEXED.1, index),
                (first, None) => literal(out, PLAIN, first, name, value),
            },
            Indexing::Secret => {
                literal(out, NEVER_INDEXED, static_table::find_name(name), name, value);
            }
        }
    }

    fn stable(&mut self, out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
        let hash = hash(name, value);
        if let Some(index) = self.find(hash, name, value) {
            return integer::write(out, INDEXED.0, INDEXED.1, index);
        }
        let (first, exact) = find_static(name, value);
        if let Some(index) = exact {
            integer::write(out, INDEXED.0, INDEXED.1, index);
        } else if self.insert(hash, name, value) {
            literal(out, INSERTED, first, name, value);
        } else {
            literal(out, PLAIN, first, name, value);
        }
    }

    /// Appends `:status`. Call it first: pseudo-headers come before all others.
    pub fn status(&mut self, out: &mut Vec<u8>, status: u16) {
        // 200 is nearly all there is in gRPC.
        if status == 200 {
            return out.push(0x80 | 8);
        }
        let digit = |unit: u16| b'0' + (status / unit % 10).to_le_bytes()[0];
        self.field(out, STATUS, &[digit(100), digit(10), digit(1)], Indexing::Literal);
    }

    fn find(&self, hash: u32, name: &[u8], value: &[u8]) -> Option<usize> {
        let same = |entry: &Entry| {
            self.bytes.get(entry.start..entry.value) == Some(name)
                && self.bytes.get(entry.value..entry.end) == Some(value)
        };
        let mut pairs = self.hashes.iter().zip(&self.entries);
        let place = pairs.position(|(other, entry)| *other == hash && same(entry))?;
        // The newest entry has the lowest index.
        Some(static_table::LEN + self.hashes.len() - place)
    }

    /// Adds an entry, unless that would evict another.
    fn insert(&mut self, hash: u32, name: &[u8], value: &[u8]) -> bool {
        let size = name.len() + value.len() + OVERHEAD;
        if self.size + size > self.max {
            return false;
        }
        self.size += size;
        let start = self.bytes.len();
        self.bytes.extend_from_slice(name);
        self.bytes.extend_from_slice(value);
        let entry = Entry { start, value: start + name.len(), end: self.bytes.len() };
        self.entries.push(entry);
        self.hashes.push(hash);
        true
    }
}

/// The first index of the name in the static table, and the index of the whole field.
fn find_static(name: &[u8], value: &[u8]) -> (Option<usize>, Option<usize>) {
    let first = static_table::find_name(name);
    (first, first.and_then(|first| static_table::find_value(first, name, value)))
}

/// Appends a field in full; the name by index if it has one.
fn literal(out: &mut Vec<u8>, start: Start, index: Option<usize>, name: &[u8], value: &[u8]) {
    integer::write(out, start.0, start.1, index.unwrap_or(0));
    if index.is_none() {
        integer::write(out, 0, 7, name.len());
        out.extend_from_slice(name);
    }
    integer::write(out, 0, 7, value.len());
    out.extend_from_slice(value);
}

/// Only tells most entries apart, by lengths and ends: equality is always checked on the bytes,
/// and there are at most 128 entries.
#[inline]
fn hash(name: &[u8], value: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let lengths = (name.len() as u64) << 32 | value.len() as u64;
    let mixed = (lengths ^ last_word(name)).wrapping_mul(FACTOR).rotate_left(29);
    let mixed = (mixed ^ last_word(value)).wrapping_mul(FACTOR);
    let [.., a, b, c, d] = mixed.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The last eight bytes, or what there is.
#[inline]
fn last_word(text: &[u8]) -> u64 {
    if let Some(last) = text.last_chunk::<8>() {
        return u64::from_le_bytes(*last);
    }
    match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}
