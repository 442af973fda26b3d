//! What was wrong with a request, as Milvus says it.
//!
//! Milvus answers nearly everything with HTTP 200 and a code in the body; only who may not call
//! gets another status. A text says what to do about it and never holds a credential.

use milvus::message::common::Status;
use milvus::refusal::{Refusal, code as grpc};

/// What engines say over gRPC of a caller who asks more often than it may, and of one whom they
/// take nothing from at the moment. Over REST both are refused by the limiter.
const RATE_LIMIT: i32 = 8;
const QUOTA: i32 = 9;

/// Milvus' codes, as far as they are given here.
pub(crate) mod code {
    /// What was sent was made for another schema than the collection has now.
    pub(crate) const SCHEMA_MISMATCH: i32 = 109;
    /// There is no such collection.
    pub(crate) const COLLECTION_NOT_FOUND: i32 = 100;
    /// An input that cannot be accepted.
    pub(crate) const INVALID_PARAMETER: i32 = 1100;
    /// The caller is not known.
    pub(crate) const NEED_AUTHENTICATION: i32 = 1800;
    /// The body is not what it has to be.
    pub(crate) const NOT_JSON: i32 = 1801;
    /// Something is missing.
    pub(crate) const MISSING: i32 = 1802;
    /// A row that does not fit the collection.
    pub(crate) const INSERT_DATA: i32 = 1804;
    /// An answer of the engine that cannot be shown.
    pub(crate) const SEARCH_RESULT: i32 = 1805;
    /// A primary key that cannot be one.
    pub(crate) const PRIMARY_KEY: i32 = 1806;
    /// The caller asks more often than it may.
    pub(crate) const LIMITED: i32 = 1807;
    /// Whatever has no code of its own.
    pub(crate) const UNEXPECTED: i32 = 65_535;
}

/// Why a request is not answered with what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The HTTP status.
    pub(crate) status: u16,
    /// Milvus' code.
    pub(crate) code: i32,
    /// The text.
    pub(crate) message: String,
}

impl Problem {
    fn new(status: u16, code: i32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// With HTTP status 200 and this code.
    pub(crate) fn coded(code: i32, message: impl Into<String>) -> Self {
        Self::new(200, code, message)
    }

    /// The body is no JSON, or something in it has the wrong type.
    pub(crate) fn not_json(why: impl std::fmt::Display) -> Self {
        let message = format!("can only accept json format request, error: {why}");
        Self::coded(code::NOT_JSON, message)
    }

    /// Something that must be there is not.
    pub(crate) fn missing(what: impl std::fmt::Display) -> Self {
        Self::coded(code::MISSING, format!("missing required parameters, error: {what}"))
    }

    /// A value that cannot be accepted.
    pub(crate) fn invalid(why: impl std::fmt::Display) -> Self {
        Self::coded(code::INVALID_PARAMETER, format!("invalid parameter: {why}"))
    }

    /// A row that does not fit the collection.
    pub(crate) fn rows(why: impl std::fmt::Display) -> Self {
        let message = format!("fail to deal the insert data, error: {why}");
        Self::coded(code::INSERT_DATA, message)
    }

    /// An answer of the engine that cannot be shown.
    pub(crate) fn answer(why: impl std::fmt::Display) -> Self {
        Self::coded(code::SEARCH_RESULT, format!("fail to parse search result, error: {why}"))
    }

    /// A primary key that cannot be one.
    pub(crate) fn key(why: impl std::fmt::Display) -> Self {
        const CHECK: &str = "please check the primary key and its' type can only in [int, string]";
        Self::coded(code::PRIMARY_KEY, format!("{CHECK}, error: {why}"))
    }

    /// The caller is not known.
    pub(crate) fn unknown_caller() -> Self {
        Self::new(401, code::NEED_AUTHENTICATION, "user hasn't authenticated")
    }

    /// A header field that cannot be taken.
    pub(crate) fn bad_field(name: &str, why: &str) -> Self {
        Self::new(400, code::INVALID_PARAMETER, format!("the header field {name} {why}"))
    }

    /// There is no such route.
    pub(crate) fn no_route() -> Self {
        Self::new(404, code::UNEXPECTED, "there is no such route: see Milvus' RESTful API v2")
    }

    /// The body is larger than is taken.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes: send less at once");
        Self::new(413, code::INVALID_PARAMETER, message)
    }

    /// It took too long.
    pub(crate) fn late() -> Self {
        Self::new(408, code::UNEXPECTED, "request timeout")
    }

    /// Nothing can be served at the moment.
    pub(crate) fn unavailable(why: &str) -> Self {
        Self::new(503, code::UNEXPECTED, why)
    }

    /// The connection to the engine came apart, or what came over it is not what was asked for.
    pub(crate) fn broken(why: impl std::fmt::Display) -> Self {
        Self::new(502, code::UNEXPECTED, format!("the engine's answer cannot be read: {why}"))
    }

    /// The same where Milvus has no code of its own for a wrong primary key.
    pub(crate) fn in_search(self) -> Self {
        if self.code != code::PRIMARY_KEY {
            return self;
        }
        Self { code: code::INVALID_PARAMETER, ..self }
    }

    /// Whether it says that the request is wrong, and not that nobody could answer it.
    pub(crate) fn is_about_the_request(&self) -> bool {
        self.status == 200
    }

    /// Whether the gateway says that schemas may have changed: nothing was sent to the engine.
    pub(crate) fn is_outdated(&self) -> bool {
        self.status == 409 && self.code == code::SCHEMA_MISMATCH
    }

    /// Whether the engine says that the request is wrong in itself. It looks at a request as a
    /// whole before it writes any of its rows, so nothing of it was written.
    pub(crate) fn is_refusal(&self) -> bool {
        let codes = [code::SCHEMA_MISMATCH, code::INVALID_PARAMETER, code::COLLECTION_NOT_FOUND];
        self.status == 200 && codes.contains(&self.code)
    }

    /// What a gRPC status says.
    pub(crate) fn of_grpc(number: u32, text: &str) -> Self {
        let (status, name) = match number {
            grpc::UNAUTHENTICATED => return Self::unknown_caller(),
            grpc::INVALID_ARGUMENT => return Self::coded(code::INVALID_PARAMETER, text),
            // The gateway's own word: what an engine aborts may be half done.
            grpc::ABORTED if text == Refusal::SchemasChanged.message() => {
                return Self::new(409, code::SCHEMA_MISMATCH, text);
            }
            grpc::FAILED_PRECONDITION => return Self::new(409, code::UNEXPECTED, text),
            grpc::PERMISSION_DENIED => (403, "PermissionDenied"),
            grpc::UNIMPLEMENTED => (200, "Unimplemented"),
            grpc::RESOURCE_EXHAUSTED => (413, "ResourceExhausted"),
            grpc::DEADLINE_EXCEEDED => (504, "DeadlineExceeded"),
            grpc::UNAVAILABLE => (503, "Unavailable"),
            grpc::CANCELLED => (503, "Canceled"),
            _ => (502, "Internal"),
        };
        let message = format!("rpc error: code = {name} desc = {text}");
        Self::new(status, code::UNEXPECTED, message)
    }

    /// What a status in an answer says; `None` if all went well.
    pub(crate) fn of_status(status: Option<&Status>) -> Option<Self> {
        let status = status.filter(|status| !status.is_success())?;
        let number = if status.code != 0 { status.code } else { modern(status.error_code) };
        if matches!(number, RATE_LIMIT | QUOTA) {
            let message = format!("request is rejected by limiter, error: {}", status.reason);
            return Some(Self::coded(code::LIMITED, message));
        }
        Some(Self::coded(number, status.reason.clone()))
    }
}

/// The code that Milvus gives for the number that old engines give.
const fn modern(legacy: i32) -> i32 {
    match legacy {
        // Not ready yet.
        56 => 1,
        // Memory quota, rate limit, refused for now.
        53 => 6,
        49 => RATE_LIMIT,
        48 => QUOTA,
        4 | 28 => code::COLLECTION_NOT_FOUND,
        // No such index.
        25 => 700,
        // Wrong in itself.
        5 | 7 | 8 | 9 | 10 | 11 | 12 | 22 | 23 => code::INVALID_PARAMETER,
        3 => 1401,
        62 => code::SCHEMA_MISMATCH,
        _ => code::UNEXPECTED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_become_milvus_codes() {
        let status = |error_code, code| Status {
            error_code,
            code,
            reason: "why".to_owned(),
            ..Status::default()
        };
        assert_eq!(Problem::of_status(None), None);
        assert_eq!(Problem::of_status(Some(&Status::success())), None);
        for (legacy, number, expected) in
            [(4, 100, 100), (4, 0, 100), (1, 0, 65_535), (0, 1100, 1100), (25, 0, 700)]
        {
            let problem = Problem::of_status(Some(&status(legacy, number))).unwrap();
            assert_eq!((problem.status, problem.code), (200, expected), "{legacy} {number}");
            assert_eq!(problem.message, "why");
        }
    }

    #[test]
    fn who_asks_too_often_is_refused_by_the_limiter() {
        for (error_code, code) in [(49, 8), (49, 0), (0, 8), (48, 9), (48, 0)] {
            let reason = "rate limit exceeded".to_owned();
            let status = Status { error_code, code, reason, ..Status::default() };
            let problem = Problem::of_status(Some(&status)).unwrap();
            let expected = "request is rejected by limiter, error: rate limit exceeded";
            assert_eq!((problem.status, problem.code), (200, 1807), "{error_code} {code}");
            assert_eq!(problem.message, expected);
        }
    }

    #[test]
    fn grpc_statuses_become_http_statuses() {
        for (number, status, code) in [
            (16, 401, 1800),
            (7, 403, 65_535),
            (3, 200, 1100),
            (12, 200, 65_535),
            // What an engine aborts is not what the gateway has not sent.
            (10, 502, 65_535),
            (14, 503, 65_535),
            (4, 504, 65_535),
            (13, 502, 65_535),
        ] {
            let problem = Problem::of_grpc(number, "text");
            assert_eq!((problem.status, problem.code), (status, code), "{number}");
        }
        let outdated = Problem::of_grpc(10, &Refusal::SchemasChanged.message());
        assert!(outdated.is_outdated() && !Problem::of_grpc(10, "text").is_outdated());
        let denied = Problem::of_grpc(7, "no").message;
        assert_eq!(denied, "rpc error: code = PermissionDenied desc = no");
        assert_eq!(Problem::of_grpc(16, "secret").message, "user hasn't authenticated");
    }
}
