//! The credential a request presents, out of its `authorization` field.
//!
//! gRPC carries the token in base64, REST behind `Bearer`. A token with a colon is `user:password`,
//! any other an API key; which of them is true is for others to find out. The bytes lie in one
//! buffer on the stack and are erased when it is dropped; nothing here prints or compares them.

use crate::refusal::Refusal;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// The longest token that is read. A user's name has up to 32 bytes, a password up to 256.
pub const MAX_TOKEN_LEN: usize = 320;

/// Milvus' clients pad; the form without padding is as unambiguous. Bits left over must be zero.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a request presents to say who it is.
#[derive(Debug)]
pub enum Credential {
    /// A token without a colon.
    Key(KeyText),
    /// A token with a colon: a cluster user's name and password.
    User(UserText),
}

impl Credential {
    /// Reads the value of gRPC's `authorization` metadata.
    ///
    /// # Errors
    /// Nothing there, not base64, or longer than any credential.
    pub fn from_grpc(value: &[u8]) -> Result<Self, Refusal> {
        if value.is_empty() {
            return Err(Refusal::MissingAuthorization);
        }
        if value.len() > MAX_TOKEN_LEN.div_ceil(3) * 4 {
            return Err(Refusal::InvalidToken);
        }
        let mut secret = Secret::new();
        match BASE64.decode_slice(value, &mut secret.bytes) {
            Ok(length) => Self::from_secret(secret, length),
            Err(_) => Err(Refusal::InvalidToken),
        }
    }

    /// Reads the value of REST's `Authorization` header: `Bearer` and the token, or `Basic` and a
    /// user's name and password in base64 (RFC 7617).
    ///
    /// # Errors
    /// Nothing there, another scheme, not base64, a `Basic` without a colon, or longer than any
    /// credential.
    pub fn from_rest(value: &[u8]) -> Result<Self, Refusal> {
        let space = value.iter().position(|&byte| byte == b' ');
        let (scheme, token) = value.split_at(space.ok_or(Refusal::MissingAuthorization)?);
        let token = token.trim_ascii();
        if scheme.eq_ignore_ascii_case(b"basic") {
            return match Self::from_grpc(token)? {
                // A key is no user's name, and a name alone is no credential.
                Self::Key(_) => Err(Refusal::InvalidToken),
                user @ Self::User(_) => Ok(user),
            };
        }
        if !scheme.eq_ignore_ascii_case(b"bearer") {
            return Err(Refusal::MissingAuthorization);
        }
        if token.len() > MAX_TOKEN_LEN {
            return Err(Refusal::InvalidToken);
        }
        let mut secret = Secret::new();
        secret.bytes[..token.len()].copy_from_slice(token);
        Self::from_secret(secret, token.len())
    }

    /// Writes it as gRPC's `authorization` metadata carries it, for a call that Keyward makes on
    /// the caller's behalf. Whoever gets the text has to erase it.
    pub fn to_grpc(&self) -> Zeroizing<String> {
        let secret = match self {
            Self::Key(key) => &key.0,
            Self::User(user) => &user.secret,
        };
        Zeroizing::new(BASE64.encode(secret.bytes()))
    }

    fn from_secret(mut secret: Secret, length: usize) -> Result<Self, Refusal> {
        secret.length = length;
        if length == 0 {
            return Err(Refusal::MissingAuthorization);
        }
        // Milvus splits at the first colon: a password may have some, a name may not.
        Ok(match secret.bytes().iter().position(|&byte| byte == b':') {
            None => Self::Key(KeyText(secret)),
            Some(colon) => Self::User(UserText { secret, colon }),
        })
    }
}

/// What may be an API key, as it was presented.
pub struct KeyText(Secret);

impl KeyText {
    /// The bytes presented.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.bytes()
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText")
    }
}

/// A user's name and password, as they were presented.
pub struct UserText {
    secret: Secret,
    colon: usize,
}

impl UserText {
    /// The name; possibly empty.
    pub fn name(&self) -> &[u8] {
        &self.secret.bytes()[..self.colon]
    }

    /// The password; possibly empty.
    pub fn password(&self) -> &[u8] {
        &self.secret.bytes()[self.colon + 1..]
    }
}

impl fmt::Debug for UserText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserText")
    }
}

/// A buffer that is erased when dropped, as far as it was written.
struct Secret {
    bytes: [u8; MAX_TOKEN_LEN],
    length: usize,
}

impl Secret {
    /// Counts as written to its end until the length is known.
    const fn new() -> Self {
        Self { bytes: [0; MAX_TOKEN_LEN], length: MAX_TOKEN_LEN }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.bytes[..self.length].zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    fn shown(credential: Result<Credential, Refusal>) -> String {
        match credential {
            Ok(Credential::Key(key)) => format!("key {}", text(key.as_bytes())),
            Ok(Credential::User(user)) => {
                format!("user {} password {}", text(user.name()), text(user.password()))
            }
            Err(refusal) => format!("{refusal:?}"),
        }
    }

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn grpc_tokens_are_base64() {
        for (value, expected) in [
            ("a3dfYWJj", "key kw_abc"),
            ("cm9vdDpNaWx2dXM=", "user root password Milvus"),
            ("cm9vdDpNaWx2dXM", "user root password Milvus"),
            ("cm9vdDphOmI=", "user root password a:b"),
            ("Og==", "user  password "),
            ("Og", "user  password "),
            ("", "MissingAuthorization"),
            ("=", "InvalidToken"),
            ("====", "InvalidToken"),
            // Bits left over that are not zero.
            ("Oh==", "InvalidToken"),
            // Too much padding, padding inside, white space, the URL alphabet, and a scheme.
            ("a3dfYWJj=", "InvalidToken"),
            ("a3df=YWJj", "InvalidToken"),
            ("a3dfYWJj\n", "InvalidToken"),
            (" a3dfYWJj", "InvalidToken"),
            ("_-__", "InvalidToken"),
            ("Bearer a3dfYWJj", "InvalidToken"),
            ("kw_abc", "InvalidToken"),
        ] {
            assert_eq!(shown(Credential::from_grpc(value.as_bytes())), expected, "{value:?}");
        }
    }

    #[test]
    fn rest_tokens_stand_behind_bearer() {
        for (value, expected) in [
            ("Bearer kw_abc", "key kw_abc"),
            ("bearer kw_abc ", "key kw_abc"),
            ("Bearer root:Milvus", "user root password Milvus"),
            ("Bearer ", "MissingAuthorization"),
            ("Bearer", "MissingAuthorization"),
            ("Basic cm9vdDpNaWx2dXM=", "user root password Milvus"),
            ("basic cm9vdDphOmI=", "user root password a:b"),
            ("Basic a3dfYWJj", "InvalidToken"),
            ("Basic root:Milvus", "InvalidToken"),
            ("Basic ", "MissingAuthorization"),
            ("Digest cm9vdDpNaWx2dXM=", "MissingAuthorization"),
            ("kw_abc", "MissingAuthorization"),
            ("", "MissingAuthorization"),
        ] {
            assert_eq!(shown(Credential::from_rest(value.as_bytes())), expected, "{value:?}");
        }
    }

    #[test]
    fn a_token_may_be_as_long_as_the_buffer_and_no_longer() {
        let longest = "x".repeat(MAX_TOKEN_LEN);
        let longer = "x".repeat(MAX_TOKEN_LEN + 1);
        for (token, fits) in [(&longest, true), (&longer, false)] {
            let base64 = BASE64_STANDARD.encode(token);
            assert_eq!(Credential::from_grpc(base64.as_bytes()).is_ok(), fits);
            assert_eq!(
                Credential::from_grpc(base64.trim_end_matches('=').as_bytes()).is_ok(),
                fits
            );
            assert_eq!(Credential::from_rest(format!("Bearer {token}").as_bytes()).is_ok(), fits);
        }
        assert!(Credential::from_grpc(&vec![b'A'; 1 << 20]).is_err());
    }

    #[test]
    fn debug_shows_nothing() {
        let key = Credential::from_rest(b"Bearer secret");
        let user = Credential::from_rest(b"Bearer secret:secret");
        assert!(!format!("{key:?}{user:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn every_token_reads_back(token in prop::collection::vec(any::<u8>(), 1..=MAX_TOKEN_LEN)) {
            let base64 = BASE64_STANDARD.encode(&token);
            let credential = Credential::from_grpc(base64.as_bytes()).unwrap();
            let written = credential.to_grpc();
            prop_assert_eq!(written.as_str(), base64.as_str());
            match credential {
                Credential::Key(key) => {
                    prop_assert!(!token.contains(&b':'));
                    prop_assert_eq!(key.as_bytes(), token.as_slice());
                }
                Credential::User(user) => {
                    prop_assert!(!user.name().contains(&b':'));
                    prop_assert_eq!([user.name(), user.password()].join(&b':'), token);
                }
            }
        }
    }
}
