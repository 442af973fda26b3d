//! Typed, prefixed, unguessable ids: one type per noun, so that one can never stand for another.
//!
//! An id is a random number written in a fixed alphabet at a fixed length behind a fixed prefix;
//! every number has exactly one spelling. To add one: a line in the list at the end of this file.

use crate::entropy::{Entropy, uniform};
use crate::error::Error;
use std::fmt;
use std::str::FromStr;

static LETTERS: Alphabet = Alphabet::new(b"abcdefghijklmnopqrstuvwxyz");
static HEX: Alphabet = Alphabet::new(b"0123456789abcdef");

/// The digits of an id, and which value each byte has as a digit.
struct Alphabet {
    digits: &'static [u8],
    values: [u8; 256],
}

impl Alphabet {
    /// The value of a byte that is no digit.
    const NONE: u8 = 255;

    const fn new(digits: &'static [u8]) -> Self {
        let mut values = [Self::NONE; 256];
        let mut value = 0u8;
        while (value as usize) < digits.len() {
            values[digits[value as usize] as usize] = value;
            value += 1;
        }
        Self { digits, values }
    }
}

/// Digits of an id that fit one word together: wide divisions and products are slow.
const GROUP: u32 = 11;

/// How the number of an id is written.
#[derive(Clone, Copy)]
struct Spelling {
    prefix: &'static str,
    alphabet: &'static Alphabet,
    length: u32,
}

impl Spelling {
    /// How many numbers the spelling can hold.
    const fn bound(self) -> u128 {
        (self.alphabet.digits.len() as u128).pow(self.length)
    }

    fn write(self, number: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0u8; 40];
        let start = self.prefix.len();
        let end = start + self.length as usize;
        text[..start].copy_from_slice(self.prefix.as_bytes());
        let base = self.alphabet.digits.len() as u64;
        let group = base.pow(GROUP);
        let mut rest = number;
        for digits in text[start..end].rchunks_mut(GROUP as usize) {
            // A remainder of a word fits a word.
            let mut word = u64::try_from(rest % u128::from(group)).unwrap_or(0);
            rest /= u128::from(group);
            for slot in digits.iter_mut().rev() {
                *slot = self.alphabet.digits[usize::try_from(word % base).unwrap_or(0)];
                word /= base;
            }
        }
        f.write_str(std::str::from_utf8(&text[..end]).map_err(|_| fmt::Error)?)
    }

    fn read(self, text: &str) -> Option<u128> {
        let digits = text.strip_prefix(self.prefix)?.as_bytes();
        if digits.len() != self.length as usize {
            return None;
        }
        let base = self.alphabet.digits.len() as u64;
        let mut number = 0;
        for group in digits.chunks(GROUP as usize) {
            let mut word = 0;
            let mut scale = 1u64;
            for &digit in group {
                let value = self.alphabet.values[usize::from(digit)];
                if value == Alphabet::NONE {
                    return None;
                }
                word = word * base + u64::from(value);
                scale *= base;
            }
            number = number * u128::from(scale) + u128::from(word);
        }
        Some(number)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $alphabet:expr, $length:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            const SPELLING: Spelling =
                Spelling { prefix: $prefix, alphabet: &$alphabet, length: $length };

            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id nobody can guess.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                Self(uniform(entropy, Self::SPELLING.bound()))
            }

            /// The number behind the spelling, for compact tables.
            pub const fn number(self) -> u128 {
                self.0
            }

            /// The id with this number, if there is one.
            pub const fn from_number(number: u128) -> Option<Self> {
                if number < Self::SPELLING.bound() { Some(Self(number)) } else { None }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::SPELLING.read(text).map(Self).ok_or_else(|| {
                    Error::invalid(concat!(
                        "not a valid id of this kind: it starts with \"", $prefix,
                        "\" and has a fixed length"
                    ))
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Self::SPELLING.write(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

ids! {
    /// An organization: the billing and membership boundary.
    OrganizationId = "org-", LETTERS, 22;
    /// A project: the boundary an API key opens.
    ProjectId = "proj-", HEX, 22;
    /// A cluster: one Milvus behind the gateway. Its text is also the first label of its host name.
    ClusterId = "in01-", HEX, 15;
    /// A person.
    UserId = "user-", LETTERS, 22;
    /// A session of a person. The id names it; its token is another thing.
    SessionId = "sess-", LETTERS, 22;
    /// An API key. The id is part of the key string and is no secret.
    KeyId = "key-", LETTERS, 22;
    /// An invitation to an organization.
    InvitationId = "inv-", LETTERS, 22;
    /// A gateway process.
    GatewayId = "gw-", LETTERS, 12;
    /// One entry of a project's whitelist.
    WhitelistEntryId = "wl-", LETTERS, 22;
    /// A user of a cluster.
    ClusterUserId = "cuser-", LETTERS, 22;
    /// A role that people made on a cluster.
    ClusterRoleId = "crole-", LETTERS, 22;
    /// One record of the audit trail.
    AuditId = "aud-", LETTERS, 22;
    /// One request to the control API.
    RequestId = "req-", LETTERS, 22;
}

impl UserId {
    /// The id that nobody is given: what a record names where there is no such account.
    pub const NOBODY: Self = Self(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SequenceEntropy;

    #[test]
    fn ids_round_trip_and_keep_their_shape() {
        let entropy = SequenceEntropy::new(7);
        for _ in 0..1000 {
            let key = KeyId::generate(&entropy);
            let text = key.to_string();
            assert_eq!(text.len(), 26);
            assert_eq!(text.parse::<KeyId>().unwrap(), key);
            let cluster = ClusterId::generate(&entropy);
            assert_eq!(cluster.to_string().parse::<ClusterId>().unwrap(), cluster);
            assert_eq!(KeyId::from_number(key.number()), Some(key));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        let good = KeyId::from_number(12345).unwrap().to_string();
        for bad in [
            "",
            "key-",
            "key-abc",
            &good.to_uppercase(),
            &good[1..],
            &format!("{good}a"),
            &format!(" {good}"),
            &good.replace("key-", "org-"),
            "key-aaaaaaaaaaaaaaaaaaaaaé",
        ] {
            assert!(bad.parse::<KeyId>().is_err(), "{bad:?} was taken for a key id");
        }
        assert!(KeyId::from_number(u128::MAX).is_none());
    }
}
