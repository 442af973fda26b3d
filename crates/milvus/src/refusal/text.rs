//! The texts of refusals, and how gRPC carries them.

use super::Refusal;
use crate::rpc::{Class, Row, Rpc, Why};
use model::privilege::Privilege;
use std::borrow::Cow;

/// The text of a refusal; `database` is what the call names, empty for none.
pub(super) fn message(refusal: &Refusal, database: &str) -> Cow<'static, str> {
    match refusal {
        Refusal::MissingAuthorization
        | Refusal::InvalidToken
        | Refusal::UnknownKey
        | Refusal::UnknownUser
        | Refusal::UserRevoked(_)
        | Refusal::KeyRevoked(_)
        | Refusal::KeyExpired(_)
        | Refusal::AddressRefused(_) => of_the_caller(refusal).into(),
        Refusal::PrivilegeMissing { rpc, key } => {
            let privilege = privilege_of(rpc);
            let database = if database.is_empty() { "default" } else { database };
            format!("{privilege}: permission deny to {key} in the `{database}` database").into()
        }
        Refusal::UserLacks { rpc, user, database } => {
            let privilege = privilege_of(rpc);
            format!("{privilege}: permission deny to {user} in the `{database}` database").into()
        }
        Refusal::Narrowed { rpc, key, why } => why.text(rpc, *key).into(),
        Refusal::UnknownRpc => "unknown method: Milvus has no such RPC".into(),
        Refusal::IdentityRpc(row) => format!("{}: {}", row.rpc, why_not_answered(row)).into(),
        Refusal::ClosedRpc(row) => format!("{}: {}", row.rpc, why_closed(row.class)).into(),
        Refusal::AmbiguousCluster
        | Refusal::ClusterUnnamed
        | Refusal::OtherCluster
        | Refusal::NoCluster
        | Refusal::ClusterGone
        | Refusal::ClusterSuspended(_) => of_the_cluster(refusal),
        Refusal::UpstreamUnavailable(problem) if problem.is_empty() => {
            "the cluster cannot be reached".into()
        }
        Refusal::UpstreamUnavailable(problem) => {
            format!("the cluster cannot be reached: {problem}").into()
        }
        Refusal::UpstreamReset(reason) => {
            format!("the cluster broke off the call (HTTP/2 error code {reason})").into()
        }
        Refusal::Starting
        | Refusal::Stopping
        | Refusal::OutOfTouch { .. }
        | Refusal::Overloaded => of_the_gateway(refusal).into(),
        Refusal::RateLimited { retry_after } => {
            format!("rate limit exceeded: try again in {} ms", retry_after.as_millis()).into()
        }
        Refusal::MessageTooLarge(limit) => {
            format!("the message is larger than {limit} bytes").into()
        }
        Refusal::DeadlineExceeded => "context deadline exceeded".into(),
        Refusal::MalformedRequest(rule) => (*rule).into(),
        Refusal::MalformedMessage(fault) => {
            format!("the request message cannot be read: {fault}").into()
        }
        Refusal::SchemasChanged => {
            "what collections look like may have changed since this was made: ask for it again"
                .into()
        }
        Refusal::NoRest => "the REST API is not served at this address: use a Milvus SDK".into(),
    }
}

/// The text of a refusal that is about which cluster is meant, and whether it is there.
fn of_the_cluster(refusal: &Refusal) -> Cow<'static, str> {
    match refusal {
        Refusal::AmbiguousCluster => {
            "this key opens several clusters: connect to the port of the one you mean, or to a host \
             name that starts with its id (in01-...)"
                .into()
        }
        Refusal::ClusterUnnamed => {
            "there are several clusters at this address: connect to the port of the one whose user \
             this is, or to a host name that starts with its id (in01-...)"
                .into()
        }
        Refusal::OtherCluster => {
            "this key does not open the cluster at this address, or there is none".into()
        }
        Refusal::NoCluster => "this key opens no cluster: attach one to its project".into(),
        Refusal::ClusterSuspended(cluster) => {
            format!("cluster {cluster} is suspended: ask an owner to resume it").into()
        }
        _ => "the cluster was detached while this call was running".into(),
    }
}

/// The text of a refusal that is about the state of the gateway itself.
const fn of_the_gateway(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Starting => "the gateway is starting: try again in a moment",
        Refusal::Stopping => "the gateway is shutting down: try again",
        Refusal::OutOfTouch { changing: false } => {
            "this gateway has lost touch with its control plane and refuses all calls until it is \
             back: try again, or use another gateway"
        }
        Refusal::OutOfTouch { changing: true } => {
            "this gateway has lost touch with its control plane, and this change may have been \
             made or not: look before you make it again"
        }
        _ => "the gateway has too many calls in hand: try again in a moment",
    }
}

/// The text of a refusal that is about who calls, and from where.
fn of_the_caller(refusal: &Refusal) -> String {
    match refusal {
        Refusal::UserRevoked(user) => {
            format!("auth check failure, {user} was deleted or changed while this call was running")
        }
        Refusal::KeyRevoked(key) => {
            format!("auth check failure, {key} was deleted or changed while this call was running")
        }
        Refusal::KeyExpired(key) => format!("auth check failure, {key} has expired"),
        Refusal::AddressRefused(address) => format!("access from {address} is not allowed"),
        Refusal::MissingAuthorization => "missing authorization in header".to_owned(),
        Refusal::InvalidToken => "invalid token format".to_owned(),
        Refusal::UnknownUser => {
            "auth check failure, please check username and password are correct".to_owned()
        }
        _ => "auth check failure, please check api key is correct".to_owned(),
    }
}

/// What Milvus calls the right that an RPC asks for.
pub(super) const fn privilege_of(rpc: &Row) -> &'static str {
    match rpc.class {
        Class::Forward { privilege } | Class::Identity { privilege } => privilege.milvus_name(),
        _ => rpc.name,
    }
}

/// Why an RPC about users and what they may do is answered by nobody.
const fn why_not_answered(row: &Row) -> &'static str {
    match row.class {
        Class::Identity { privilege: Privilege::ManageRLS | Privilege::ViewRLS } => {
            "there are no row policies here: separate rows by collection or database, and grant \
             those"
        }
        _ => match row.rpc {
            Rpc::AddUserTags | Rpc::DeleteUserTags | Rpc::GetUserTags | Rpc::ListUsersWithTag => {
                "users have no tags here"
            }
            _ => {
                "users, roles and privileges of this cluster are managed by Keyward, not over the \
                 Milvus API"
            }
        },
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
