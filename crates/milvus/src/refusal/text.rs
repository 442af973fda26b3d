//! The texts of refusals, and how gRPC carries them.

use super::Refusal;
use crate::rpc::{Class, Row, Why};
use std::borrow::Cow;

/// The text of a refusal; `database` is what the call names, empty for none.
pub(super) fn message(refusal: &Refusal, database: &str) -> Cow<'static, str> {
    Cow::Borrowed(match refusal {
        Refusal::MissingAuthorization => "missing authorization in header",
        Refusal::InvalidToken => "invalid token format",
        Refusal::UnknownKey => "auth check failure, please check api key is correct",
        Refusal::UnknownUser => {
            "auth check failure, please check username and password are correct"
        }
        Refusal::KeyRevoked(key) => {
            return Cow::Owned(format!(
                "auth check failure, {key} was deleted or changed while this call was running"
            ));
        }
        Refusal::PrivilegeMissing { rpc, key } => {
            let privilege = privilege_of(rpc);
            let database = if database.is_empty() { "default" } else { database };
            return Cow::Owned(format!(
                "{privilege}: permission deny to {key} in the `{database}` database"
            ));
        }
        Refusal::UnknownRpc => "unknown method: Milvus has no such RPC",
        Refusal::IdentityRpc(row) => {
            return Cow::Owned(format!(
                "{}: users, roles and privileges of this cluster are managed by Keyward, \
                 not over the Milvus API",
                row.rpc
            ));
        }
        Refusal::ClosedRpc(row) => {
            return Cow::Owned(format!("{}: {}", row.rpc, why_closed(row.class)));
        }
        Refusal::AmbiguousCluster => {
            "this key opens several clusters: connect to the port of the one you mean, or to a host \
             name that starts with its id (in01-...)"
        }
        Refusal::OtherCluster => {
            "this key does not open the cluster at this address, or there is none"
        }
        Refusal::NoCluster => "this key opens no cluster: attach one to its project",
        Refusal::ClusterGone => "the cluster was detached while this call was running",
        Refusal::UpstreamUnavailable(problem) if problem.is_empty() => {
            "the cluster cannot be reached"
        }
        Refusal::UpstreamUnavailable(problem) => {
            return Cow::Owned(format!("the cluster cannot be reached: {problem}"));
        }
        Refusal::UpstreamReset(reason) => {
            return Cow::Owned(format!(
                "the cluster broke off the call (HTTP/2 error code {reason})"
            ));
        }
        Refusal::Starting => "the gateway is starting: try again in a moment",
        Refusal::Stopping => "the gateway is shutting down: try again",
        Refusal::Overloaded => "the gateway has too many calls in hand: try again in a moment",
        Refusal::RateLimited => "rate limit exceeded: slow down and try again",
        Refusal::MessageTooLarge(limit) => {
            return Cow::Owned(format!("the message is larger than {limit} bytes"));
        }
        Refusal::DeadlineExceeded => "context deadline exceeded",
        Refusal::MalformedRequest(rule) => rule,
        Refusal::MalformedMessage(fault) => {
            return Cow::Owned(format!("the request message cannot be read: {fault}"));
        }
        Refusal::NoRest => "the REST API is not served at this address: use a Milvus SDK",
    })
}

/// What Milvus calls the right that an RPC asks for.
const fn privilege_of(rpc: &Row) -> &'static str {
    match rpc.class {
        Class::Forward { privilege } => privilege.milvus_name(),
        _ => rpc.name,
    }
}

/// Why an RPC is closed to clients.
const fn why_closed(class: Class) -> &'static str {
    match class {
        Class::Refused { why: Why::Replication } => {
            "replication is closed to clients, because it passes by every check"
        }
        Class::Refused { why: Why::MessageDump } => {
            "dumping messages is closed to clients, because it passes by every check"
        }
        Class::Refused { why: Why::ClientControl } => {
            "watching and steering other clients is closed to clients"
        }
        Class::Refused { why: Why::Heartbeat } => "client telemetry is not collected here",
        _ => "this RPC is for the engine's own parts and closed to clients",
    }
}

/// Writes a text as gRPC carries it in `grpc-message`: printable ASCII but `%` as it is, every
/// other byte as `%` and two hexadecimal digits.
pub fn percent_encode(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in text.as_bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            out.push(byte);
        } else {
            out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}
