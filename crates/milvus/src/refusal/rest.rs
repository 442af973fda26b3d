//! Refusals as Milvus' REST API gives them: an HTTP status and `{"code":…,"message":…}`.

use super::{Refusal, code};
use std::fmt::Write;

/// Milvus' code for a caller who is not authenticated.
const NEED_AUTHENTICATION: u32 = 1800;
/// Milvus' code for a caller over its rate.
const RATE_LIMIT: u32 = 1807;
/// Milvus' code for an input it cannot accept.
const INVALID_PARAMETER: u32 = 1100;
/// Milvus' code for an error without a code of its own.
const UNEXPECTED: u32 = 65_535;

/// An answer of the REST API that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The HTTP status.
    pub status: u16,
    /// Milvus' code.
    pub code: u32,
    /// The text.
    pub message: String,
}

impl Envelope {
    /// The body, as JSON.
    pub fn to_json(&self) -> String {
        let mut json = format!("{{\"code\":{},\"message\":\"", self.code);
        for character in self.message.chars() {
            match character {
                '"' => json.push_str("\\\""),
                '\\' => json.push_str("\\\\"),
                // Writing to a String cannot fail.
                '\0'..='\x1f' => {
                    let _ = write!(json, "\\u{:04x}", u32::from(character));
                }
                _ => json.push(character),
            }
        }
        json.push_str("\"}");
        json
    }
}

/// What the REST API answers to a refusal.
pub(super) fn envelope(refusal: &Refusal, database: &str) -> Envelope {
    let text = refusal.message_in(database);
    let (status, code, message) = match refusal.code() {
        code::UNAUTHENTICATED => (401, NEED_AUTHENTICATION, "user hasn't authenticated".to_owned()),
        code::PERMISSION_DENIED => (403, UNEXPECTED, as_grpc_says("PermissionDenied", &text)),
        code::INVALID_ARGUMENT => (200, INVALID_PARAMETER, text.into_owned()),
        code::RESOURCE_EXHAUSTED => match refusal {
            Refusal::RateLimited { .. } => (200, RATE_LIMIT, text.into_owned()),
            _ => (413, INVALID_PARAMETER, text.into_owned()),
        },
        code::FAILED_PRECONDITION => (409, UNEXPECTED, text.into_owned()),
        code::UNIMPLEMENTED => (501, UNEXPECTED, text.into_owned()),
        code::DEADLINE_EXCEEDED => (504, UNEXPECTED, as_grpc_says("DeadlineExceeded", &text)),
        code::UNAVAILABLE => (503, UNEXPECTED, as_grpc_says("Unavailable", &text)),
        _ => (502, UNEXPECTED, as_grpc_says("Internal", &text)),
    };
    Envelope { status, code, message }
}

/// How Milvus shows a gRPC error in its REST API.
fn as_grpc_says(code: &str, text: &str) -> String {
    format!("rpc error: code = {code} desc = {text}")
}
