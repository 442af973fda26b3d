//! Reading header blocks.
//!
//! Strings are handed to the caller where they lie: in the block, in the table, or, if they were
//! Huffman-coded, in a scratch buffer that is used again for every field. A block that is over the
//! caller's limits is still read to its end, because the table has to follow it.

use super::table::{Name, Table};
use super::{HpackError, huffman, integer};

/// The size both sides' tables have before any setting.
const DEFAULT_TABLE_SIZE: usize = 4096;

/// A scratch buffer above this is given back after the block that needed it.
const SCRATCH_KEPT: usize = 16 * 1024;

/// The most a header list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many fields.
    pub max_fields: usize,
    /// Bytes of all names and values, and 32 more for each field.
    pub max_bytes: usize,
}

/// What became of a header block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a list that is too large was handed over in part"]
pub enum Decoded {
    /// Every field was handed over.
    Complete,
    /// The list is over the limits: fields up to there were handed over, the others not. The
    /// connection can go on.
    TooLarge,
}

/// Reads the header blocks of one connection, in their order.
pub struct Decoder {
    table: Table,
    scratch: Vec<u8>,
    /// The largest table the peer may choose.
    limit: usize,
    /// What we advertised; becomes the limit when the peer has acknowledged it.
    advertised: usize,
    /// The next block has to begin with a size update.
    must_shrink: bool,
}

impl Decoder {
    /// A decoder for a connection on which `max_table_size` is (or will be) advertised as
    /// SETTINGS_HEADER_TABLE_SIZE. Allocates nothing until a block needs it.
    pub const fn new(max_table_size: usize) -> Self {
        // Until it has read a smaller setting, the peer may use the default size.
        let limit =
            if max_table_size < DEFAULT_TABLE_SIZE { DEFAULT_TABLE_SIZE } else { max_table_size };
        Self {
            table: Table::new(DEFAULT_TABLE_SIZE),
            scratch: Vec::new(),
            limit,
            advertised: max_table_size,
            must_shrink: false,
        }
    }

    /// The peer acknowledged the setting: its table may no longer be larger than advertised, and
    /// if it still is, the next block has to say that it shrinks. Only needed where less than the
    /// default of 4096 bytes is advertised.
    pub const fn settings_acknowledged(&mut self) {
        self.limit = self.advertised;
        self.must_shrink = self.table.max() > self.limit;
    }

    /// Reads one whole header block and hands its fields to `sink`, in order, as name and value.
    pub fn decode(
        &mut self,
        block: &[u8],
        limits: Limits,
        mut sink: impl FnMut(&[u8], &[u8]),
    ) -> Result<Decoded, HpackError> {
        let mut input = block;
        self.size_updates(&mut input)?;
        let mut budget = Budget { left: limits, over: false };
        while let Some((&first, rest)) = input.split_first() {
            input = rest;
            if first & 0x80 != 0 {
                let index = integer::read(first, 7, &mut input)?;
                let (name, value) = self.table.get(index)?;
                if budget.take(name.len(), value.len()) {
                    sink(name, value);
                }
            } else {
                self.literal(first, &mut input, &mut budget, &mut sink)?;
            }
        }
        if self.scratch.len() > SCRATCH_KEPT {
            self.scratch = Vec::new();
        }
        Ok(if budget.over { Decoded::TooLarge } else { Decoded::Complete })
    }

    /// Size updates stand at the start of a block only.
    fn size_updates(&mut self, input: &mut &[u8]) -> Result<(), HpackError> {
        while let Some((&first, mut rest)) = input.split_first()
            && first & 0xe0 == 0x20
        {
            let size = integer::read(first, 5, &mut rest)?;
            if size > self.limit {
                return Err(HpackError::SizeUpdate);
            }
            self.table.set_max(size);
            self.must_shrink = false;
            *input = rest;
        }
        if self.must_shrink { Err(HpackError::SizeUpdate) } else { Ok(()) }
    }

    /// A field with a value of its own, whose first byte is already read.
    fn literal(
        &mut self,
        first: u8,
        input: &mut &[u8],
        budget: &mut Budget,
        sink: &mut impl FnMut(&[u8], &[u8]),
    ) -> Result<(), HpackError> {
        let (insert, bits) = match first {
            0x40.. => (true, 6),
            0x20.. => return Err(HpackError::SizeUpdate),
            // With and without "never indexed" are the same to a receiver.
            _ => (false, 4),
        };
        let index = integer::read(first, bits, input)?;
        let needed = huffman::max_decoded(input.len());
        if self.scratch.len() < needed {
            self.scratch.resize(needed, 0);
        }
        let scratch = self.scratch.as_mut_slice();
        let (name, value, entry_name) = if index == 0 {
            let (name, scratch) = string(input, scratch)?;
            (name, string(input, scratch)?.0, Name::Text(name))
        } else {
            (self.table.get(index)?.0, string(input, scratch)?.0, Name::Index(index))
        };
        if budget.take(name.len(), value.len()) {
            sink(name, value);
        }
        if insert { self.table.insert(entry_name, value) } else { Ok(()) }
    }
}

/// Reads a string, which is in `input` itself or decoded to the start of `scratch`; returns it and
/// the scratch that is still free.
fn string<'a, 'block: 'a>(
    input: &mut &'block [u8],
    scratch: &'a mut [u8],
) -> Result<(&'a [u8], &'a mut [u8]), HpackError> {
    let (&first, mut rest) = input.split_first().ok_or(HpackError::Truncated)?;
    let length = integer::read(first, 7, &mut rest)?;
    let (text, rest) = rest.split_at_checked(length).ok_or(HpackError::Truncated)?;
    *input = rest;
    if first & 0x80 == 0 {
        return Ok((text, scratch));
    }
    let decoded = huffman::decode(text, scratch)?;
    let (text, free) = scratch.split_at_mut(decoded);
    Ok((text, free))
}

/// What is left of the limits.
struct Budget {
    left: Limits,
    over: bool,
}

impl Budget {
    /// Whether one more field of these lengths fits; after one that does not, none does.
    fn take(&mut self, name: usize, value: usize) -> bool {
        if self.over {
            return false;
        }
        let bytes = self.left.max_bytes.checked_sub(name + value + 32);
        let fields = self.left.max_fields.checked_sub(1);
        if let (Some(max_fields), Some(max_bytes)) = (fields, bytes) {
            self.left = Limits { max_fields, max_bytes };
        } else {
            self.over = true;
        }
        !self.over
    }
}
