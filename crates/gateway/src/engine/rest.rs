//! What the gateway answers to requests that are no gRPC calls.
//!
//! The health route needs no credential. Everything else is answered like Milvus answers: 401 with
//! code 1800 to whoever has no valid key.

use super::link::Link;
use super::upstream::write_fields;
use crate::path::{Origin, bounds, identity};
use crate::table::View;
use http2::frame;
use milvus::metadata::Credential;
use milvus::refusal::Refusal;
use model::DigestKey;
use std::borrow::Cow;

/// What matters of a request.
pub(super) struct Asked<'a> {
    /// Method.
    pub method: &'a [u8],
    /// Path with query.
    pub path: &'a [u8],
    /// The only `authorization` field.
    pub authorization: Option<&'a [u8]>,
    /// What to tell a known caller.
    pub otherwise: &'static str,
    /// What to tell everybody, because nothing can be decided now.
    pub closed: Option<&'a Refusal>,
}

impl Asked<'_> {
    /// Whether there is a credential that can be read. Whether it is a true one is found out when
    /// it is used.
    pub(super) fn presents_credential(&self) -> bool {
        !self.is_health() && matches!(self.credential(), Some(Ok(_)))
    }

    fn is_health(&self) -> bool {
        let path = self.path.split(|&byte| byte == b'?').next().unwrap_or_default();
        path == b"/healthz" && matches!(self.method, b"GET" | b"HEAD")
    }

    fn credential(&self) -> Option<Result<Credential, Refusal>> {
        self.authorization.map(Credential::from_rest)
    }
}

/// A small answer.
pub(super) struct Answer {
    status: u16,
    content_type: &'static str,
    body: Cow<'static, str>,
}

impl Answer {
    /// An answer in Milvus' envelope.
    pub(super) fn new(status: u16, message: &str) -> Self {
        // Milvus' code for whatever has no code of its own.
        Self::with_code(status, 65_535, message)
    }

    fn with_code(status: u16, code: u32, message: &str) -> Self {
        let body = format!("{{\"code\":{code},\"message\":\"{message}\"}}");
        Self { status, content_type: "application/json; charset=utf-8", body: body.into() }
    }

    /// HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// Body.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// The whole answer as HTTP/1.1; the connection ends with it.
    pub(super) fn to_http1(&self) -> Vec<u8> {
        format!(
            "HTTP/1.1 {} {}\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{}",
            self.status,
            phrase(self.status),
            self.content_type,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }

    /// Writes the whole answer as frames.
    pub(super) fn write_http2(&self, link: &mut Link, stream: u32) {
        let status = self.status.to_string();
        let length = self.body.len().to_string();
        let fields = [
            (&b":status"[..], status.as_bytes()),
            (b"content-type", self.content_type.as_bytes()),
            (b"content-length", length.as_bytes()),
        ];
        write_fields(link, stream, false, fields.into_iter());
        frame::put_data_head(link.out.buffer(), stream, self.body.len(), true);
        link.out.buffer().extend_from_slice(self.body.as_bytes());
    }
}

/// Answers a request.
pub(super) fn answer(
    asked: &Asked<'_>,
    origin: Origin,
    view: &View,
    digest_key: &DigestKey,
) -> Answer {
    if asked.is_health() {
        return health(asked, view.is_loaded());
    }
    if let Some(refusal) = asked.closed {
        return Answer::new(503, &refusal.message());
    }
    if !is_known(asked, origin, view, digest_key) {
        return Answer::with_code(401, 1800, "user hasn't authenticated");
    }
    Answer::new(501, asked.otherwise)
}

fn health(asked: &Asked<'_>, loaded: bool) -> Answer {
    let (status, body) = match asked.closed {
        _ if !loaded => (503, "loading the access table"),
        Some(_) => (503, "out of touch with the control plane"),
        None => (200, "OK"),
    };
    let body = if asked.method == b"HEAD" { "" } else { body };
    Answer { status, content_type: "text/plain; charset=utf-8", body: body.into() }
}

/// A key that may not be used from there, or no longer, is not known here.
fn is_known(asked: &Asked<'_>, origin: Origin, view: &View, digest_key: &DigestKey) -> bool {
    let Some(Ok(credential)) = asked.credential() else {
        return false;
    };
    identity::identify(&credential, view, digest_key)
        .and_then(|identity| bounds::key(identity.key(), origin, view))
        .is_ok()
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        _ => "Service Unavailable",
    }
}
