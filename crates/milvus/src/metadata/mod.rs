//! What a request's metadata says: which of it goes upstream, how long the caller waits.
//!
//! Engines trust some metadata blindly (`sourceid` skips authentication on old ones), so the list
//! of what is forwarded names what is known and nothing else. `authorization` must never be on it.
//! To add a field: a line in [`is_forwarded`], with who sends it.

mod credential;
mod timeout;

pub use credential::{Credential, KeyText, MAX_TOKEN_LEN, UserText};
pub use timeout::{MAX_TIMEOUT, timeout};

/// Between a gateway and whoever serves the RESTful API for it: how many changes of schemas the
/// gateway has seen on the cluster. The answer to `DescribeCollection` has it, and a call that was
/// made by what was told then brings it back. It never comes from a client or goes to an engine.
pub const SCHEMAS: &str = "keyward-schemas";

/// Whether a request's header field goes upstream as it came. Names are lower case on the wire.
pub const fn is_forwarded(name: &[u8]) -> bool {
    matches!(
        name,
        // gRPC itself.
        b"content-type"
            | b"te"
            | b"user-agent"
            | b"grpc-timeout"
            | b"grpc-encoding"
            | b"grpc-accept-encoding"
            // Milvus: the database, and the session that Connect gave.
            | b"dbname"
            | b"identifier"
            // For the engine's log; the spelling with underscores is that of older SDKs.
            | b"client-request-id"
            | b"client_request_id"
            | b"client-request-unixmsec"
            // Traces (W3C Trace Context).
            | b"traceparent"
            | b"tracestate"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_fields_go_upstream() {
        for name in [
            "content-type",
            "te",
            "user-agent",
            "grpc-timeout",
            "grpc-encoding",
            "grpc-accept-encoding",
            "dbname",
            "identifier",
            "client-request-id",
            "client_request_id",
            "client-request-unixmsec",
            "traceparent",
            "tracestate",
        ] {
            assert!(is_forwarded(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "authorization",
            "sourceid",
            "source_id",
            "cookie",
            "host",
            "forwarded",
            "x-forwarded-for",
            "proxy-authorization",
            "grpc-trace-bin",
            "DBNAME",
            "dbname ",
            ":path",
            "connection",
            "transfer-encoding",
            "upgrade",
            "expect",
            "baggage",
            SCHEMAS,
        ] {
            assert!(!is_forwarded(name.as_bytes()), "{name}");
        }
    }
}
