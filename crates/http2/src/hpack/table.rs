//! The decoder's dynamic table.
//!
//! Names and values lie one after the other in one buffer through which the live part slides:
//! new entries go to its end, evicted ones leave a gap at its start. When the buffer is full and
//! at least half of it is gap, the live part moves to the front; else the buffer grows. So every
//! entry is one slice, a byte is moved at most about once, and an entry costs no allocation.

use super::{HpackError, static_table};
use std::collections::VecDeque;

/// What an entry counts in addition to its bytes.
const OVERHEAD: usize = 32;

/// Where an entry lies. Positions count all bytes ever written (wrapping), so that sliding the
/// buffer leaves entries as they are.
#[derive(Clone, Copy)]
struct Entry {
    at: u32,
    name: u32,
    value: u32,
}

impl Entry {
    const fn size(self) -> usize {
        self.name as usize + self.value as usize + OVERHEAD
    }
}

/// The name of an entry to insert.
#[derive(Clone, Copy)]
pub(super) enum Name<'a> {
    /// These bytes.
    Text(&'a [u8]),
    /// The name at this index.
    Index(usize),
}

/// Entries in order of insertion, evicted from the oldest when their size is above the maximum.
pub(super) struct Table {
    entries: VecDeque<Entry>,
    bytes: Vec<u8>,
    /// The position of the buffer's first byte.
    origin: u32,
    size: usize,
    max: usize,
}

impl Table {
    pub(super) const fn new(max: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: Vec::new(), origin: 0, size: 0, max }
    }

    pub(super) const fn max(&self) -> usize {
        self.max
    }

    /// Changes the maximum and evicts what no longer fits.
    pub(super) fn set_max(&mut self, max: usize) {
        self.max = max;
        self.evict();
    }

    /// Name and value at an index of the static or dynamic table.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Result<(&[u8], &[u8]), HpackError> {
        if let Some(entry) = static_table::get(index) {
            return Ok(entry);
        }
        self.dynamic(index)
    }

    #[inline]
    fn dynamic(&self, index: usize) -> Result<(&[u8], &[u8]), HpackError> {
        let entry = self.entry(index)?;
        let rest = self.bytes.get(self.offset(entry)..).unwrap_or_default();
        let (name, rest) = rest.split_at_checked(entry.name as usize).unwrap_or_default();
        Ok((name, rest.get(..entry.value as usize).unwrap_or_default()))
    }

    fn entry(&self, index: usize) -> Result<Entry, HpackError> {
        let back = index.checked_sub(static_table::LEN).ok_or(HpackError::UnknownIndex)?;
        let place = self.entries.len().checked_sub(back).ok_or(HpackError::UnknownIndex)?;
        self.entries.get(place).copied().ok_or(HpackError::UnknownIndex)
    }

    const fn offset(&self, entry: Entry) -> usize {
        entry.at.wrapping_sub(self.origin) as usize
    }

    /// Adds an entry. One that is larger than the table empties it, as the RFC wants.
    pub(super) fn insert(&mut self, name: Name<'_>, value: &[u8]) -> Result<(), HpackError> {
        let name_len = match name {
            Name::Text(text) => text.len(),
            Name::Index(index) => self.get(index)?.0.len(),
        };
        if name_len + value.len() + OVERHEAD > self.max {
            self.entries.clear();
            self.bytes.clear();
            self.size = 0;
            return Ok(());
        }
        self.make_room(name_len + value.len());
        let (Ok(at), Ok(name_size), Ok(value_size)) =
            (u32::try_from(self.bytes.len()), u32::try_from(name_len), u32::try_from(value.len()))
        else {
            return Err(HpackError::SizeUpdate);
        };
        // The name may belong to an entry that is evicted now: copied before it goes.
        match name {
            Name::Text(text) => self.bytes.extend_from_slice(text),
            Name::Index(index) => {
                if let Some((text, _)) = static_table::get(index) {
                    self.bytes.extend_from_slice(text);
                } else {
                    let from = self.offset(self.entry(index)?);
                    self.bytes.extend_from_within(from..from + name_len);
                }
            }
        }
        self.bytes.extend_from_slice(value);
        let entry = Entry { at: self.origin.wrapping_add(at), name: name_size, value: value_size };
        self.entries.push_back(entry);
        self.size += entry.size();
        self.evict();
        Ok(())
    }

    fn evict(&mut self) {
        while self.size > self.max {
            match self.entries.pop_front() {
                Some(entry) => self.size -= entry.size(),
                None => self.size = 0,
            }
        }
    }

    /// Slides the live part to the front where that pays for the next `more` bytes.
    fn make_room(&mut self, more: usize) {
        let length = self.bytes.len();
        if length + more <= self.bytes.capacity() {
            return;
        }
        let gap = self.entries.front().map_or(length, |oldest| self.offset(*oldest));
        if gap >= length / 2 {
            self.bytes.copy_within(gap.., 0);
            self.bytes.truncate(length - gap);
            // The gap is part of the buffer, whose positions fit.
            self.origin = self.origin.wrapping_add(u32::try_from(gap).unwrap_or_default());
        }
    }
}
