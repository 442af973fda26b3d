//! What the store and the gateways keep of a key: a keyed digest.
//!
//! HMAC-SHA-256 under a key derived from the master key, so that a database dump neither opens
//! anything nor lets anybody test guesses. Comparison takes the same time wherever two digests
//! differ.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// The key under which API keys are digested, its two hash states prepared once.
#[derive(Clone)]
pub struct DigestKey(Hmac<Sha256>);

impl DigestKey {
    /// Prepares the key. 32 bytes, derived from the master key and used for nothing else.
    pub fn new(key: &[u8; 32]) -> Self {
        // The key is padded to one block of 64 bytes exactly as HMAC pads a shorter one.
        let mut block = zeroize::Zeroizing::new([0u8; 64]);
        block[..32].copy_from_slice(key);
        Self(Hmac::new((&*block).into()))
    }

    /// The digest of a key's text.
    pub fn digest(&self, text: &[u8]) -> KeyDigest {
        self.digest_parts(&[text])
    }

    /// The digest of these parts, as if they were one text. Where one ends has to be told by what
    /// is in them.
    pub fn digest_parts(&self, parts: &[&[u8]]) -> KeyDigest {
        let mut state = self.0.clone();
        for part in parts {
            state.update(part);
        }
        KeyDigest(state.finalize().into_bytes().into())
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey")
    }
}

/// The keyed digest of one API key. No `PartialEq`: compare with [`KeyDigest::matches`].
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// A digest read back from storage.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether both are digests of the same key, in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 1 of RFC 4231, its 20-byte key padded with zeros as HMAC does itself.
    #[test]
    fn it_is_hmac_sha_256() {
        let mut key = [0u8; 32];
        key[..20].fill(0x0b);
        let digest = DigestKey::new(&key).digest(b"Hi There");
        let hex = digest.0.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert_eq!(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    fn different_keys_give_different_digests() {
        let one = DigestKey::new(&[1; 32]);
        let two = DigestKey::new(&[2; 32]);
        assert!(one.digest(b"x").matches(&one.digest(b"x")));
        assert!(one.digest(b"xyz").matches(&one.digest_parts(&[b"x", b"", b"yz"])));
        assert!(!one.digest(b"x").matches(&one.digest(b"y")));
        assert!(!one.digest(b"x").matches(&two.digest(b"x")));
    }
}
