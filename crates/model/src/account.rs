//! A person's account: whether it works, and its second factor.
//!
//! Secrets here print their name and nothing else, and are erased when dropped. Computing codes is
//! not done here. To add another kind of factor: its secret as a type beside [`TotpSecret`].

use crate::clock::Timestamp;
use crate::entropy::{Entropy, uniform};
use crate::error::Error;
use crate::secret::SecretText;
use std::fmt;
use zeroize::Zeroizing;

/// Whether a person may use their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// They may.
    Active,
    /// They may not sign in, and their personal keys open nothing.
    Disabled {
        /// Since when.
        since: Timestamp,
    },
}

/// The secret that an authenticator app shares with an account: 160 random bits, as RFC 4226 asks.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; Self::LENGTH]>);

impl TotpSecret {
    /// Length in bytes.
    pub const LENGTH: usize = 20;

    /// A new secret nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0u8; Self::LENGTH]);
        entropy.fill(&mut *bytes);
        Self(bytes)
    }

    /// A secret read back; `None` if it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The secret itself. Every caller of this is a place where it leaves.
    pub fn expose(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

/// The six digits that an authenticator app shows.
#[derive(Clone, Debug)]
pub struct TotpCode(SecretText);

impl TotpCode {
    /// Reads the digits; a space in their middle is how apps show them.
    ///
    /// # Errors
    /// `Invalid` if it is not six digits.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(SecretText::new(digits)));
        }
        Err(Error::invalid("must be the six digits that the authenticator app shows")
            .in_field("code"))
    }

    /// The digits.
    pub fn digits(&self) -> &SecretText {
        &self.0
    }
}

/// A code that stands in for the authenticator app, once.
#[derive(Clone, Debug)]
pub struct RecoveryCode(SecretText);

impl RecoveryCode {
    /// How many an account gets at a time.
    pub const COUNT: usize = 10;
    /// Letters and digits that cannot be mistaken for each other on paper.
    const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    /// 10 characters carry 50 random bits.
    const LENGTH: usize = 10;

    /// A new code nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let text = (0..Self::LENGTH).filter_map(|_| {
            let index = usize::try_from(uniform(entropy, 32)).ok()?;
            Self::CHARACTERS.get(index).copied().map(char::from)
        });
        Self(SecretText::new(text.collect()))
    }

    /// Reads a code as people type it: in any case, with or without its hyphen.
    ///
    /// # Errors
    /// `Invalid` if it cannot be one.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let kept = text.chars().filter(|c| !matches!(c, ' ' | '-'));
        let typed: String = kept.map(|c| c.to_ascii_lowercase()).collect();
        let shaped = typed.len() == Self::LENGTH
            && typed.bytes().all(|byte| Self::CHARACTERS.contains(&byte));
        if shaped {
            return Ok(Self(SecretText::new(typed)));
        }
        Err(Error::invalid("is no recovery code: they look like abcde-fgh23")
            .in_field("recoveryCode"))
    }

    /// The code without its hyphen. Every caller of this is a place where it leaves.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The code as people read it.
    pub fn shown(&self) -> SecretText {
        let (head, tail) = self.0.expose().split_at(Self::LENGTH / 2);
        SecretText::new(format!("{head}-{tail}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SequenceEntropy;

    #[test]
    fn secrets_are_20_bytes_and_print_nothing() {
        let secret = TotpSecret::generate(&SequenceEntropy::new(1));
        assert_eq!(format!("{secret:?}"), "TotpSecret");
        assert!(TotpSecret::from_bytes(&secret.expose()[1..]).is_none());
        assert_eq!(TotpSecret::from_bytes(secret.expose()).unwrap().expose(), secret.expose());
    }

    #[test]
    fn codes_are_six_digits() {
        assert_eq!(TotpCode::parse("012 345").unwrap().digits().expose(), "012345");
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(TotpCode::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn recovery_codes_are_read_as_they_are_shown() {
        let entropy = SequenceEntropy::new(1);
        let code = RecoveryCode::generate(&entropy);
        let shown = code.shown();
        assert_eq!(shown.expose().len(), 11);
        for typed in [shown.expose().to_owned(), shown.expose().to_uppercase()] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().expose(), code.expose());
        }
        assert_ne!(RecoveryCode::generate(&entropy).expose(), code.expose());
        for bad in ["", "abcde-fgh2", "abcde-fgh230", "abcde-fgh01", "ébcde-fgh2"] {
            assert!(RecoveryCode::parse(bad).is_err(), "{bad:?}");
        }
    }
}
