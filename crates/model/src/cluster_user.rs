//! Users of a cluster: who signs in to its data path with `user:password`.
//!
//! They belong to one cluster and are no accounts of people. A password exists here only between
//! the edge where it enters and its hash; what is kept is a [`PasswordVerifier`]. Neither prints
//! anything, and neither can be compared. To change what a password must be: [`ClusterPassword`].

use crate::entropy::{Entropy, uniform};
use crate::error::Error;
use crate::secret::SecretText;
use std::fmt;
use std::str::FromStr;

/// Name of a cluster user, unique on its cluster. Milvus' rule: a letter first, then letters,
/// digits and underscores. Upper and lower case differ.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterUserName(Box<str>);

impl ClusterUserName {
    /// The most characters it may have.
    pub const MAX_CHARACTERS: usize = 32;

    /// The user that comes with every cluster, has every right on it and cannot be dropped.
    pub const DB_ADMIN: &'static str = "db_admin";

    /// Checks and takes the text.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is allowed.
    pub fn new(text: &str) -> Result<Self, Error> {
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        let rest = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if first && rest && text.len() <= Self::MAX_CHARACTERS {
            return Ok(Self(text.into()));
        }
        Err(Error::invalid(format!(
            "must be 1 to {} letters (a-z, A-Z), digits and underscores, a letter first",
            Self::MAX_CHARACTERS
        ))
        .in_field("username"))
    }

    /// The name of the user that comes with every cluster.
    pub fn db_admin() -> Self {
        Self(Self::DB_ADMIN.into())
    }

    /// Whether it is the user that comes with every cluster.
    pub fn is_db_admin(&self) -> bool {
        &*self.0 == Self::DB_ADMIN
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClusterUserName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for ClusterUserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ClusterUserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// A password that a cluster user may have, as it enters: 8 to 64 characters of at least three of
/// the kinds upper case, lower case, digit and any other. The managed cloud's rule (its error
/// 80012).
#[derive(Clone)]
pub struct ClusterPassword(SecretText);

impl ClusterPassword {
    /// The fewest characters it may have.
    pub const MIN_CHARACTERS: usize = 8;
    /// The most characters it may have.
    pub const MAX_CHARACTERS: usize = 64;
    /// How many of the four kinds of characters it must have.
    const LEAST_KINDS: usize = 3;
    /// Letters and digits that cannot be mistaken for each other on paper.
    const GENERATED: &[u8; 55] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    /// 20 characters carry 115 random bits.
    const GENERATED_LENGTH: usize = 20;

    /// Checks and takes the text.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is asked for.
    pub fn new(text: SecretText) -> Result<Self, Error> {
        let characters = text.expose().chars();
        let length = characters.clone().count();
        let has = |kind: fn(char) -> bool| usize::from(characters.clone().any(kind));
        let kinds = has(char::is_uppercase)
            + has(char::is_lowercase)
            + has(|c| c.is_ascii_digit())
            + has(|c| !c.is_uppercase() && !c.is_lowercase() && !c.is_ascii_digit());
        let fits = (Self::MIN_CHARACTERS..=Self::MAX_CHARACTERS).contains(&length);
        if fits && kinds >= Self::LEAST_KINDS && !characters.clone().any(char::is_control) {
            return Ok(Self(text));
        }
        Err(Error::invalid(format!(
            "must be {} to {} characters long, with at least {} of these: upper-case letters, \
             lower-case letters, digits, special characters; and without control characters",
            Self::MIN_CHARACTERS,
            Self::MAX_CHARACTERS,
            Self::LEAST_KINDS
        ))
        .in_field("password"))
    }

    /// A new password nobody can guess.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        loop {
            let text = (0..Self::GENERATED_LENGTH).filter_map(|_| {
                let index =
                    usize::try_from(uniform(entropy, Self::GENERATED.len() as u128)).ok()?;
                Self::GENERATED.get(index).copied().map(char::from)
            });
            // One in twenty has no digit.
            if let Ok(password) = Self::new(SecretText::new(text.collect())) {
                return password;
            }
        }
    }

    /// The plain password. Every caller of this is a place where it leaves.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The same as a secret text, to be handed on.
    pub fn secret(&self) -> &SecretText {
        &self.0
    }
}

impl fmt::Debug for ClusterPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClusterPassword")
    }
}

/// What a presented password is verified with: an Argon2id hash with its parameters and salt, as a
/// PHC string. It opens nothing by itself, and is a secret all the same: it lets guesses be tested.
#[derive(Clone)]
pub struct PasswordVerifier(SecretText);

impl PasswordVerifier {
    /// The most bytes of a verifier; those made here have about 100.
    pub const MAX_BYTES: usize = 512;
    const PREFIX: &str = "$argon2id$v=19$";

    /// Takes a hash that was made here.
    ///
    /// # Errors
    /// `Invalid` for anything but an Argon2id hash in the PHC format.
    pub fn from_phc(text: SecretText) -> Result<Self, Error> {
        let phc = text.expose();
        let shaped = phc.starts_with(Self::PREFIX)
            && phc.len() <= Self::MAX_BYTES
            && phc.bytes().all(|byte| byte.is_ascii_graphic());
        if shaped {
            return Ok(Self(text));
        }
        Err(Error::invalid("must be an Argon2id hash in the PHC format").in_field("password"))
    }

    /// Takes a hash that somebody brings.
    ///
    /// # Errors
    /// The same, and for a hash that takes more memory or time to verify than a gateway gives to
    /// whoever presents a password.
    pub fn brought(text: SecretText) -> Result<Self, Error> {
        let verifier = Self::from_phc(text)?;
        let parameters = verifier.expose().strip_prefix(Self::PREFIX);
        let cost = parameters.and_then(|rest| rest.split_once('$')).map(|(cost, _)| cost);
        if cost.is_some_and(is_affordable) {
            return Ok(verifier);
        }
        let sentence = format!(
            "the hash must take at most {MOST_KIB} KiB, {MOST_PASSES} passes and {MOST_LANES} lanes \
             (m, t and p) to verify"
        );
        Err(Error::invalid(sentence).in_field("password"))
    }

    /// Whether both are the same hash with the same salt, in constant time.
    pub fn is(&self, other: &Self) -> bool {
        self.0.matches(&other.0)
    }

    /// The PHC string. Every caller of this is a place where it leaves.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// The most memory of a hash that is taken, three times what is used for those made here.
const MOST_KIB: u32 = 65_536;
const MOST_PASSES: u32 = 4;
const MOST_LANES: u32 = 4;

/// Whether `m=…,t=…,p=…` is within what a gateway spends on a stranger.
fn is_affordable(cost: &str) -> bool {
    let mut parts = cost.split(',');
    let mut within = |name: &str, most: u32| {
        let number = parts.next().and_then(|part| part.strip_prefix(name));
        number.and_then(|number| number.parse().ok()).is_some_and(|it: u32| it <= most)
    };
    let affordable =
        within("m=", MOST_KIB) && within("t=", MOST_PASSES) && within("p=", MOST_LANES);
    affordable && parts.next().is_none()
}

impl fmt::Debug for PasswordVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordVerifier")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SequenceEntropy;

    fn password(text: &str) -> Result<ClusterPassword, Error> {
        ClusterPassword::new(SecretText::new(text.to_owned()))
    }

    #[test]
    fn names_follow_milvus() {
        for good in ["a", "Z9_", "db_admin", &"a".repeat(32)] {
            assert_eq!(ClusterUserName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "_a", "9a", "a-b", "a b", "a:b", "é", "a\0", &"a".repeat(33)] {
            let error = ClusterUserName::new(bad).unwrap_err();
            assert!(error.message().starts_with("username: must be 1 to 32"), "{bad:?}");
        }
        assert!(ClusterUserName::db_admin().is_db_admin());
        assert_eq!(ClusterUserName::new("db_admin").unwrap(), ClusterUserName::db_admin());
        assert!(!ClusterUserName::new("Db_admin").unwrap().is_db_admin());
    }

    #[test]
    fn passwords_need_length_and_three_kinds() {
        for good in ["Abcdefg1", "abcdefg1!", "ABCDEFG1 ", "Äbcdefg1", &"aA1".repeat(21)] {
            assert!(password(good).is_ok(), "{good:?}");
        }
        for bad in [
            "",
            "Abcde1!",
            "abcdefgh",
            "abcdefg1",
            "ABCDEFG1",
            "12345678!",
            "Abcdefg1\n",
            &"aA1!".repeat(17),
        ] {
            assert!(password(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn nothing_is_printed() {
        let secret = password("Abcdefg1").unwrap();
        assert_eq!(format!("{secret:?}"), "ClusterPassword");
        assert!(!password("short").unwrap_err().message().contains("short"));
        let phc = SecretText::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned());
        assert_eq!(format!("{:?}", PasswordVerifier::from_phc(phc).unwrap()), "PasswordVerifier");
    }

    #[test]
    fn only_hashes_verify() {
        for bad in ["", "Abcdefg1", "$argon2i$v=19$x", "$argon2id$v=19$ a", "$2b$10$abc"] {
            assert!(PasswordVerifier::from_phc(SecretText::new(bad.to_owned())).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_hash_from_elsewhere_costs_no_more_than_a_gateway_spends() {
        let taken = |cost: &str| {
            let phc = format!("$argon2id$v=19${cost}$c2FsdHNhbHQ$aGFzaA");
            PasswordVerifier::brought(SecretText::new(phc)).is_ok()
        };
        assert!(taken("m=19456,t=2,p=1") && taken("m=65536,t=4,p=4"));
        for dear in ["m=65537,t=2,p=1", "m=19456,t=5,p=1", "m=8,t=1,p=5", "m=4294967296,t=1,p=1"] {
            assert!(!taken(dear), "{dear}");
        }
        for odd in ["", "m=1", "t=2,m=8,p=1", "m=8,t=1,p=1,keyid=x", "m=-1,t=1,p=1", "m=8,t=1,p="] {
            assert!(!taken(odd), "{odd}");
        }
    }

    #[test]
    fn generated_passwords_hold_the_rule_and_differ() {
        let entropy = SequenceEntropy::new(1);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let generated = ClusterPassword::generate(&entropy);
            assert_eq!(generated.expose().len(), 20);
            assert!(password(generated.expose()).is_ok());
            assert!(seen.insert(generated.expose().to_owned()));
        }
    }
}
