//! Randomness as an argument.
//!
//! Whoever needs random bytes takes an [`Entropy`]; the operating system's source is chosen once,
//! in the binary. Tests pass a [`SequenceEntropy`] and get the same ids and keys on every run.

use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random bytes.
///
/// A production source must be the operating system's generator and must never return fewer or
/// weaker bytes than asked for: one that cannot answer stops the process.
pub trait Entropy: Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);
}

/// A uniform number below `bound`, by rejection, so that no value is likelier than another.
pub fn uniform(entropy: &dyn Entropy, bound: u128) -> u128 {
    let mask = u128::MAX.checked_shr(bound.saturating_sub(1).leading_zeros()).unwrap_or(0);
    loop {
        let mut bytes = [0u8; 16];
        entropy.fill(&mut bytes);
        let number = u128::from_le_bytes(bytes) & mask;
        if number < bound {
            return number;
        }
    }
}

/// A repeatable source for tests. Never use it for a secret: its output is public.
#[derive(Debug)]
pub struct SequenceEntropy(AtomicU64);

impl SequenceEntropy {
    /// A source whose bytes follow from the seed.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SequenceEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: a full-period mixing of a counter.
            let mut word = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }
}
