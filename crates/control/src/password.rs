//! People's passwords: generated, hashed with Argon2id, verified.
//!
//! Verifying takes the same work whether the account exists or not ([`Passwords::verify`]), so that
//! nobody can find out who has an account by timing. Passwords are never logged and never compared
//! as text.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use model::entropy::uniform;
use model::{Entropy, Error, SecretText};

/// Letters and digits that cannot be mistaken for each other on paper.
const CHARACTERS: &[u8; 55] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// 20 characters carry 115 random bits.
const GENERATED_LENGTH: usize = 20;
/// The longest password that is hashed at all.
const MOST_BYTES: usize = 1024;

/// Hashes and verifies.
pub(crate) struct Passwords {
    /// A hash of no known password, verified when there is no account.
    decoy: String,
}

impl Passwords {
    /// Prepares the decoy. Takes as long as one verification.
    pub(crate) fn new(entropy: &dyn Entropy) -> Result<Self, Error> {
        let decoy = hash(&generate(entropy), entropy)?;
        Ok(Self { decoy })
    }

    /// Whether the password is the account's; `stored` is `None` if there is no such account.
    pub(crate) fn verify(&self, password: &SecretText, stored: Option<&str>) -> bool {
        let hash = stored.unwrap_or(&self.decoy);
        // A longer password was never set; cutting the work short here tells nothing of accounts.
        let fits = password.expose().len() <= MOST_BYTES;
        let matches = fits
            && PasswordHash::new(hash).is_ok_and(|hash| {
                Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok()
            });
        matches && stored.is_some()
    }
}

/// A new password nobody can guess.
pub fn generate(entropy: &dyn Entropy) -> SecretText {
    let bound = CHARACTERS.len() as u128;
    let text = (0..GENERATED_LENGTH).filter_map(|_| {
        let index = usize::try_from(uniform(entropy, bound)).ok()?;
        CHARACTERS.get(index).copied().map(char::from)
    });
    SecretText::new(text.collect())
}

/// What is stored instead of a password: Argon2id with its parameters and a salt of its own.
pub(crate) fn hash(password: &SecretText, entropy: &dyn Entropy) -> Result<String, Error> {
    let mut salt = [0u8; 16];
    entropy.fill(&mut salt);
    Argon2::default()
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    #[test]
    fn only_the_right_password_of_an_account_is_accepted() {
        let entropy = SequenceEntropy::new(1);
        let passwords = Passwords::new(&entropy).unwrap();
        let stored = hash(&secret("right"), &entropy).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify(&secret("right"), Some(&stored)));
        for wrong in ["", "Right", "right ", &"x".repeat(MOST_BYTES + 1)] {
            assert!(!passwords.verify(&secret(wrong), Some(&stored)));
        }
        assert!(!passwords.verify(&secret("right"), None));
        assert!(!passwords.verify(&secret("right"), Some("not a hash")));
    }

    #[test]
    fn not_even_the_decoy_opens_a_missing_account() {
        let password = generate(&SequenceEntropy::new(9));
        let passwords = Passwords::new(&SequenceEntropy::new(9)).unwrap();
        assert!(!passwords.verify(&password, None));
    }

    #[test]
    fn generated_passwords_are_long_and_differ() {
        let entropy = SequenceEntropy::new(1);
        let (one, two) = (generate(&entropy), generate(&entropy));
        assert_eq!(one.expose().len(), GENERATED_LENGTH);
        assert!(!one.matches(&two));
    }
}
