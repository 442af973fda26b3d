//! Secrets that are not API keys: passwords, service credentials.
//!
//! Erased when dropped, never printed, never compared by `==`.

use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret text.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a secret at the edge where it enters.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The plain text. Every caller of this is a place where a secret leaves.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether both hold the same text, in constant time for texts of one length.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}
