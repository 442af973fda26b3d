//! Only forms of our own pages count: another site may make a browser send a request, but it can
//! neither read the token of the page nor hide where the request came from.

use axum::http::{HeaderMap, header};
use model::SecretText;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use subtle::ConstantTimeEq;

/// The token of a session's forms. It proves the session and does not give it away.
pub(crate) fn token(session: &SecretText) -> String {
    let mut hash = Sha256::new();
    hash.update(b"keyward console form\0");
    hash.update(session.expose().as_bytes());
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether a form was sent with the token of this session.
pub(crate) fn matches(session: &SecretText, sent: &str) -> bool {
    bool::from(token(session).as_bytes().ct_eq(sent.as_bytes()))
}

/// Whether the browser says that the request comes from one of our own pages. What is no browser
/// says nothing, and has no cookie that somebody else could use.
pub(crate) fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) {
            (None, _) => true,
            (Some(origin), Some(host)) => {
                origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
            }
            (Some(_), None) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_ours(&headers)
    }

    #[test]
    fn what_comes_from_another_site_is_not_ours() {
        assert!(ours(&[]));
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://evil.example"), ("host", "localhost:8080")],
            &[("origin", "null"), ("host", "localhost:8080")],
            &[("origin", "http://localhost:8080")],
        ] {
            assert!(!ours(foreign), "{foreign:?}");
        }
    }
}
