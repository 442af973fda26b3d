//! From key id to slot number: open addressing over atomic words.
//!
//! Ids are uniform random numbers that the server chose, so their low bits are the hash. An entry
//! is
//! 0 (never used), [`GONE`], or slot number + 1. The writer replaces the whole index when it is
//! three quarters used; readers then need a new view.

use super::slot::{Record, Slots};
use model::KeyId;
use std::sync::atomic::{AtomicU32, Ordering};

const FREE: u32 = 0;
const GONE: u32 = u32::MAX;

/// The index. Its length is a power of two.
pub struct Index(Box<[AtomicU32]>);

impl Index {
    /// An index that takes this many keys before it must be replaced.
    pub fn with_room_for(keys: usize) -> Self {
        let length = (keys.saturating_mul(4) / 3 + 64).next_power_of_two();
        Self((0..length).map(|_| AtomicU32::new(FREE)).collect())
    }

    /// How many entries may be used before lookups get slow.
    pub fn room(&self) -> usize {
        self.0.len() / 4 * 3
    }

    /// The slot of a key and what it holds.
    pub fn find(&self, id: KeyId, slots: &Slots) -> Option<(u32, Record)> {
        for position in self.probe(id) {
            match self.0[position].load(Ordering::Acquire) {
                FREE => return None,
                GONE => {}
                entry => {
                    if let Some(record) = slots.read(entry - 1)
                        && record.id == id
                    {
                        return Some((entry - 1, record));
                    }
                }
            }
        }
        None
    }

    /// Adds an entry; whether it used up a free position. The key must not be there yet.
    pub fn insert(&self, id: KeyId, slot: u32) -> bool {
        for position in self.probe(id) {
            let entry = self.0[position].load(Ordering::Relaxed);
            if entry == FREE || entry == GONE {
                self.0[position].store(slot + 1, Ordering::Release);
                return entry == FREE;
            }
        }
        false
    }

    /// Takes the entry of a slot out.
    pub fn remove(&self, id: KeyId, slot: u32) {
        for position in self.probe(id) {
            match self.0[position].load(Ordering::Relaxed) {
                FREE => return,
                entry if entry == slot + 1 => {
                    self.0[position].store(GONE, Ordering::Release);
                    return;
                }
                _ => {}
            }
        }
    }

    fn probe(&self, id: KeyId) -> impl Iterator<Item = usize> + use<> {
        let mask = self.0.len() - 1;
        // The low bits of a uniform number are uniform.
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = id.number().to_le_bytes();
        let start = usize::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]);
        (0..=mask).map(move |step| start.wrapping_add(step) & mask)
    }
}
