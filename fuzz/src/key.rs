//! API keys as strangers present them.

use model::{ApiKey, PresentedKey};

/// What is taken for a key is one spelling of it, and both readers agree.
pub(crate) fn run(data: &[u8]) {
    let presented = PresentedKey::parse(data);
    let whole = ApiKey::parse(data);
    assert_eq!(presented.is_some(), whole.is_some());
    if let (Some(presented), Some(whole)) = (presented, whole) {
        assert_eq!(presented.id(), whole.id());
        assert_eq!(whole.expose().as_bytes(), data);
        assert!(!format!("{whole:?}").contains(&whole.expose()[30..]));
    }
}
