//! One key in eight atomic words, and the chunks they live in.
//!
//! A reader takes the state word, then the fields, then the state word again; equal words mean that
//! what it read belongs together. The writer marks a slot busy while it changes more than one word.
//! Slots never move, so a slot number stays good for as long as the key lives.

use super::grant::{BOUNDED, Grant};
use model::{KeyDigest, KeyId};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering, fence};

const CHUNK: usize = 4096;
/// Room for 64 million keys.
const CHUNKS: usize = 16_384;

/// Low two bits of the state word; the rest counts changes.
const EMPTY: u64 = 0;
const LIVE: u64 = 1;
const BUSY: u64 = 2;
const KIND: u64 = 3;

/// What a slot holds, read in one piece.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// The key.
    pub id: KeyId,
    /// Its digest.
    pub digest: KeyDigest,
    /// What it opens.
    pub grant: Grant,
    /// Whether it is bounded besides; see [`super::side`].
    pub bounded: bool,
}

/// One key; exactly one cache line.
#[derive(Default)]
#[repr(align(64))]
struct Slot {
    state: AtomicU64,
    id: [AtomicU64; 2],
    digest: [AtomicU64; 4],
    grant: AtomicU64,
}

impl Slot {
    fn read(&self) -> Option<Record> {
        loop {
            let before = self.state.load(Ordering::Acquire);
            match before & KIND {
                EMPTY => return None,
                BUSY => {
                    std::hint::spin_loop();
                    continue;
                }
                _ => {}
            }
            let id = self.id.each_ref().map(|word| word.load(Ordering::Relaxed));
            let digest = self.digest.each_ref().map(|word| word.load(Ordering::Relaxed));
            let grant = self.grant.load(Ordering::Relaxed);
            fence(Ordering::Acquire);
            if self.state.load(Ordering::Relaxed) == before {
                return Some(Record {
                    id: KeyId::from_number(u128::from(id[0]) | (u128::from(id[1]) << 64))?,
                    digest: digest_from_words(digest),
                    grant: Grant::unpack(grant),
                    bounded: grant & BOUNDED != 0,
                });
            }
        }
    }

    fn write(&self, record: &Record) {
        let version = self.state.load(Ordering::Relaxed) & !KIND;
        self.state.store(version | BUSY, Ordering::Relaxed);
        fence(Ordering::Release);
        let number = record.id.number();
        for (word, half) in self.id.iter().zip(halves(number)) {
            word.store(half, Ordering::Relaxed);
        }
        for (word, bytes) in self.digest.iter().zip(record.digest.as_bytes().as_chunks::<8>().0) {
            word.store(u64::from_le_bytes(*bytes), Ordering::Relaxed);
        }
        let bounded = if record.bounded { BOUNDED } else { 0 };
        self.grant.store(record.grant.pack() | bounded, Ordering::Relaxed);
        self.state.store(version.wrapping_add(4) | LIVE, Ordering::Release);
    }

    /// Ends the key: one store that every later read sees.
    fn clear(&self) {
        let version = self.state.load(Ordering::Relaxed) & !KIND;
        self.state.store(version.wrapping_add(4) | EMPTY, Ordering::SeqCst);
    }
}

/// Both halves of a number, the low one first.
fn halves(number: u128) -> [u64; 2] {
    let bytes = number.to_le_bytes();
    let (halves, _) = bytes.as_chunks::<8>();
    [u64::from_le_bytes(halves[0]), u64::from_le_bytes(halves[1])]
}

fn digest_from_words(words: [u64; 4]) -> KeyDigest {
    let mut bytes = [0u8; 32];
    for (chunk, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words) {
        *chunk = word.to_le_bytes();
    }
    KeyDigest::from_bytes(bytes)
}

/// All slots, in chunks that are made when first needed and never move.
pub struct Slots(Box<[OnceLock<Box<[Slot]>>]>);

impl Default for Slots {
    fn default() -> Self {
        Self((0..CHUNKS).map(|_| OnceLock::new()).collect())
    }
}

impl Slots {
    /// How many slots there can ever be.
    pub const fn most() -> usize {
        CHUNK * CHUNKS
    }

    /// The record in a slot; `None` if the slot is empty.
    pub fn read(&self, number: u32) -> Option<Record> {
        let number = number as usize;
        self.0.get(number / CHUNK)?.get()?[number % CHUNK].read()
    }

    /// Fills a slot. Only the one writer of the table may call this.
    pub fn write(&self, number: u32, record: &Record) {
        let number = number as usize;
        if let Some(chunk) = self.0.get(number / CHUNK) {
            chunk.get_or_init(|| (0..CHUNK).map(|_| Slot::default()).collect())[number % CHUNK]
                .write(record);
        }
    }

    /// Empties a slot. Only the one writer of the table may call this.
    pub fn clear(&self, number: u32) {
        let number = number as usize;
        if let Some(chunk) = self.0.get(number / CHUNK).and_then(OnceLock::get) {
            chunk[number % CHUNK].clear();
        }
    }
}
