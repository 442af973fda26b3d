//! The API key string.
//!
//! `kw_` + 18 characters of key id + 27 random characters + 6 characters of checksum, all base62:
//! 54 ASCII characters, matching [`PATTERN`]. 27 uniform base62 characters carry 160.7 random bits.
//! The checksum (CRC-32 of everything before it) lets a scanner or a gateway refuse garbage without
//! a lookup; it is no protection against forgery. There is no `:` in a key, because Milvus takes a
//! token with one for `user:password`. The prefix and the layout never change: scanners know them.
//!
//! This module must never print a key: there is no `Display`, and `Debug` shows the id only.

use crate::digest::{DigestKey, KeyDigest};
use crate::entropy::Entropy;
use crate::id::KeyId;
use std::fmt;
use zeroize::Zeroizing;

/// What every API key starts with.
pub const PREFIX: &str = "kw_";
/// Length of every API key in bytes.
pub const LENGTH: usize = 54;
/// The published pattern of an API key, for secret scanners.
pub const PATTERN: &str = "kw_[0-9A-Za-z]{51}";

const ID_END: usize = PREFIX.len() + 18;
const RANDOM_END: usize = ID_END + 27;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Reverse of [`BASE62`]; 255 marks a byte outside the alphabet.
const VALUE: [u8; 256] = {
    let mut table = [255u8; 256];
    let mut value = 0u8;
    while value < 62 {
        table[BASE62[value as usize] as usize] = value;
        value += 1;
    }
    table
};

/// A whole API key in plain text, erased from memory when dropped.
#[derive(Clone)]
pub struct ApiKey {
    text: Zeroizing<[u8; LENGTH]>,
    id: KeyId,
}

impl ApiKey {
    /// A new key for the record with this id.
    pub fn generate(id: KeyId, entropy: &dyn Entropy) -> Self {
        let mut text = Zeroizing::new([0u8; LENGTH]);
        text[..PREFIX.len()].copy_from_slice(PREFIX.as_bytes());
        write_base62(id.number(), &mut text[PREFIX.len()..ID_END]);
        for slot in &mut text[ID_END..RANDOM_END] {
            *slot = random_character(entropy);
        }
        let checksum = crc32fast::hash(&text[..RANDOM_END]);
        write_base62(u128::from(checksum), &mut text[RANDOM_END..]);
        Self { text, id }
    }

    /// Reads a key that somebody presents; `None` if it is not one.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let presented = PresentedKey::parse(text)?;
        Some(Self { text: Zeroizing::new(*presented.text), id: presented.id })
    }

    /// The id inside the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The plain text. Every caller of this is a place where a secret leaves.
    pub fn expose(&self) -> &str {
        // All bytes come from the base62 alphabet and the ASCII prefix.
        std::str::from_utf8(self.text.as_slice()).unwrap_or_default()
    }

    /// What is stored instead of the key.
    pub fn digest(&self, key: &DigestKey) -> KeyDigest {
        key.digest(self.text.as_slice())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.id)
    }
}

/// An API key as it lies in a request, checked but not copied.
#[derive(Clone, Copy)]
pub struct PresentedKey<'a> {
    text: &'a [u8; LENGTH],
    id: KeyId,
}

impl<'a> PresentedKey<'a> {
    /// Checks length, prefix, alphabet and checksum; `None` for anything that was never a key.
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        let text: &[u8; LENGTH] = text.try_into().ok()?;
        if !text.starts_with(PREFIX.as_bytes()) {
            return None;
        }
        let random_is_base62 =
            text[ID_END..RANDOM_END].iter().all(|&byte| VALUE[byte as usize] != 255);
        let checksum = read_base62(&text[RANDOM_END..])?;
        if !random_is_base62 || checksum != u128::from(crc32fast::hash(&text[..RANDOM_END])) {
            return None;
        }
        let id = KeyId::from_number(read_base62(&text[PREFIX.len()..ID_END])?)?;
        Some(Self { text, id })
    }

    /// The id inside the key.
    pub fn id(self) -> KeyId {
        self.id
    }

    /// The digest to compare with the stored one.
    pub fn digest(self, key: &DigestKey) -> KeyDigest {
        key.digest(self.text)
    }
}

impl fmt::Debug for PresentedKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresentedKey({})", self.id)
    }
}

fn write_base62(number: u128, digits: &mut [u8]) {
    let mut rest = number;
    for slot in digits.iter_mut().rev() {
        *slot = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
}

/// At most 18 digits, so the number cannot overflow.
fn read_base62(digits: &[u8]) -> Option<u128> {
    let mut number = 0u128;
    for group in digits.chunks(10) {
        let mut value = 0u64;
        let mut scale = 1u64;
        for &digit in group {
            let digit = VALUE[digit as usize];
            if digit == 255 {
                return None;
            }
            value = value * 62 + u64::from(digit);
            scale *= 62;
        }
        number = number * u128::from(scale) + u128::from(value);
    }
    Some(number)
}

fn random_character(entropy: &dyn Entropy) -> u8 {
    loop {
        let mut byte = [0u8; 1];
        entropy.fill(&mut byte);
        // 248 is the largest multiple of 62 in a byte: below it every character is equally likely.
        if byte[0] < 248 {
            return BASE62[usize::from(byte[0] % 62)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SequenceEntropy;
    use proptest::prelude::*;

    fn sample() -> ApiKey {
        let entropy = SequenceEntropy::new(1);
        ApiKey::generate(KeyId::generate(&entropy), &entropy)
    }

    #[test]
    fn a_key_reads_back_with_its_id() {
        let entropy = SequenceEntropy::new(3);
        for _ in 0..1000 {
            let id = KeyId::generate(&entropy);
            let key = ApiKey::generate(id, &entropy);
            assert_eq!(key.expose().len(), LENGTH);
            assert!(key.expose().starts_with(PREFIX) && !key.expose().contains(':'));
            assert_eq!(ApiKey::parse(key.expose().as_bytes()).unwrap().id(), id);
        }
    }

    #[test]
    fn every_single_character_change_is_refused() {
        let key = sample();
        for position in 0..LENGTH {
            for replacement in [b'0', b'z', b'_', b':', 0, 0xff] {
                let mut text = *key.text;
                if text[position] == replacement {
                    continue;
                }
                text[position] = replacement;
                assert!(PresentedKey::parse(&text).is_none(), "position {position}");
            }
        }
    }

    #[test]
    fn an_id_beyond_the_id_space_is_refused_even_with_a_right_checksum() {
        let mut text = *sample().text;
        text[PREFIX.len()..ID_END].fill(b'z');
        let checksum = crc32fast::hash(&text[..RANDOM_END]);
        write_base62(u128::from(checksum), &mut text[RANDOM_END..]);
        assert!(PresentedKey::parse(&text).is_none());
    }

    #[test]
    fn debug_shows_the_id_and_not_the_secret() {
        let key = sample();
        let shown = format!("{key:?} {:?}", PresentedKey::parse(key.expose().as_bytes()));
        assert!(shown.contains(&key.id().to_string()));
        assert!(!shown.contains(&key.expose()[ID_END..RANDOM_END]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_a_canonical_key(
            bytes in prop::collection::vec(any::<u8>(), 0..80)
        ) {
            if let Some(key) = ApiKey::parse(&bytes) {
                prop_assert_eq!(key.expose().as_bytes(), &bytes[..]);
            }
        }
    }
}
