//! Generated keys: the same number gives the same keys in every process.
//!
//! So the load generator presents what the gateway and its peers were told to accept, without a
//! file between them. These keys are public knowledge and must never open anything real.

use base64::prelude::{BASE64_STANDARD, Engine};
use model::entropy::SequenceEntropy;
use model::{ApiKey, KeyId};

/// The first `count` generated keys, always in the same order.
pub fn generated(count: usize) -> impl Iterator<Item = ApiKey> {
    let entropy = SequenceEntropy::new(1);
    (0..count).map(move |_| ApiKey::generate(KeyId::generate(&entropy), &entropy))
}

/// A token as SDKs send it in `authorization`.
pub fn sdk_form(token: &str) -> String {
    BASE64_STANDARD.encode(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_process_generates_the_same_different_keys() {
        let texts = || generated(1000).map(|key| key.expose().to_owned()).collect::<Vec<_>>();
        let mut once = texts();
        assert_eq!(once, texts());
        once.sort();
        once.dedup();
        assert_eq!(once.len(), 1000);
    }
}
