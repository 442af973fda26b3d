//! Tokens that nobody can guess: a prefix that says what they are for, and 256 random bits.

use model::SecretText;
use model::entropy::Entropy;

/// Random bytes in a token.
const BYTES: usize = 32;

/// A new token.
pub(crate) fn generate(prefix: &str, entropy: &dyn Entropy) -> SecretText {
    let mut bytes = zeroize::Zeroizing::new([0u8; BYTES]);
    entropy.fill(&mut *bytes);
    let mut text = String::with_capacity(prefix.len() + 2 * BYTES);
    text.push_str(prefix);
    for byte in bytes.iter() {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    SecretText::new(text)
}

/// The token, if the text has the shape of one with this prefix.
pub(crate) fn parse(prefix: &str, text: &str) -> Option<SecretText> {
    let digits = text.strip_prefix(prefix)?;
    let shaped = digits.len() == 2 * BYTES
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    shaped.then(|| SecretText::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::entropy::SequenceEntropy;

    #[test]
    fn tokens_carry_256_random_bits_and_are_read_as_written() {
        let entropy = SequenceEntropy::new(1);
        let (one, two) = (generate("kwx_", &entropy), generate("kwx_", &entropy));
        assert_eq!(one.expose().len(), 68);
        assert!(!one.matches(&two));
        assert!(parse("kwx_", one.expose()).is_some_and(|read| read.matches(&one)));
        let longer = format!("{}0", one.expose());
        for bad in ["", "kwx_", &one.expose()[1..], &one.expose().to_uppercase(), &longer] {
            assert!(parse("kwx_", bad).is_none(), "{bad:?}");
        }
        assert!(parse("kwy_", one.expose()).is_none());
    }
}
