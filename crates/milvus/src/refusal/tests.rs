//! Tests of [`super`]: every form it must take, and every one it must not.

use super::*;
use crate::rpc::{Rpc, Touches};

fn key() -> KeyId {
    KeyId::from_number(7).unwrap()
}

fn missing() -> Refusal {
    Refusal::PrivilegeMissing { rpc: Rpc::Search.row(), key: key() }
}

fn lacking(database: &str) -> Refusal {
    let (rpc, user) = (Rpc::Search.row(), "alice".into());
    Refusal::UserLacks { rpc, user, database: database.into() }
}

fn narrowed(why: Narrowed) -> Refusal {
    Refusal::Narrowed { rpc: Rpc::Search.row(), key: key(), why }
}

/// One of each, in the order of the enum.
fn all() -> Vec<Refusal> {
    vec![
        Refusal::MissingAuthorization,
        Refusal::InvalidToken,
        Refusal::UnknownKey,
        Refusal::UnknownUser,
        lacking("default"),
        Refusal::UserRevoked("alice".into()),
        Refusal::KeyRevoked(key()),
        Refusal::KeyExpired(key()),
        Refusal::AddressRefused([203, 0, 113, 9].into()),
        missing(),
        narrowed(Narrowed::Database("sales".into())),
        narrowed(Narrowed::Collection { name: "films".into(), database: "default".into() }),
        narrowed(Narrowed::Unnamed),
        narrowed(Narrowed::ByNumber),
        narrowed(Narrowed::WholeDatabase),
        narrowed(Narrowed::Touches(Touches::Everything)),
        narrowed(Narrowed::Touches(Touches::Number)),
        narrowed(Narrowed::Touches(Touches::Files)),
        narrowed(Narrowed::SeveralDatabases),
        narrowed(Narrowed::Answer),
        Refusal::UnknownRpc,
        Refusal::IdentityRpc(Rpc::CreateCredential.row()),
        Refusal::IdentityRpc(Rpc::CreateRowPolicy.row()),
        Refusal::IdentityRpc(Rpc::ListRLSPrincipals.row()),
        Refusal::IdentityRpc(Rpc::AddUserTags.row()),
        Refusal::ClosedRpc(Rpc::CreateReplicateStream.row()),
        Refusal::ClosedRpc(Rpc::DumpMessages.row()),
        Refusal::ClosedRpc(Rpc::ProxyRegisterLink.row()),
        Refusal::ClosedRpc(Rpc::PushClientCommand.row()),
        Refusal::ClosedRpc(Rpc::ClientHeartbeat.row()),
        Refusal::AmbiguousCluster,
        Refusal::ClusterUnnamed,
        Refusal::OtherCluster,
        Refusal::NoCluster,
        Refusal::ClusterGone,
        Refusal::ClusterSuspended(ClusterId::from_number(7).unwrap()),
        Refusal::UpstreamUnavailable(String::new()),
        Refusal::UpstreamUnavailable("connection refused".to_owned()),
        Refusal::UpstreamReset(2),
        Refusal::UpstreamReset(7),
        Refusal::Starting,
        Refusal::Stopping,
        Refusal::OutOfTouch { changing: false },
        Refusal::OutOfTouch { changing: true },
        Refusal::Overloaded,
        Refusal::RateLimited { retry_after: Duration::from_millis(120) },
        Refusal::MessageTooLarge(268_435_456),
        Refusal::DeadlineExceeded,
        Refusal::MalformedRequest("two :path fields"),
        Refusal::MalformedMessage(ScanError::Repeated),
        Refusal::SchemasChanged,
        Refusal::NoRest,
    ]
}

/// Milvus' own texts, byte for byte.
#[test]
fn the_texts_of_milvus_are_its_own() {
    let user = key();
    for (refusal, code, text) in [
        (Refusal::MissingAuthorization, 16, "missing authorization in header"),
        (Refusal::InvalidToken, 16, "invalid token format"),
        (Refusal::UnknownKey, 16, "auth check failure, please check api key is correct"),
        (
            Refusal::UnknownUser,
            16,
            "auth check failure, please check username and password are correct",
        ),
        (lacking("sales"), 7, "PrivilegeSearch: permission deny to alice in the `sales` database"),
        (
            missing(),
            7,
            &*format!("PrivilegeSearch: permission deny to {user} in the `default` database"),
        ),
    ] {
        assert_eq!((refusal.code(), &*refusal.message()), (code, text));
    }
    assert_eq!(
        missing().message_in("sales"),
        format!("PrivilegeSearch: permission deny to {user} in the `sales` database")
    );
}

/// Every refusal with its gRPC code, text, HTTP status and REST body.
#[test]
fn every_refusal_has_its_codes_and_text() {
    let mut table = String::new();
    for refusal in all() {
        let rest = refusal.to_rest("");
        let connect = if refusal.in_connect_answer() { "in the answer" } else { "gRPC status" };
        table += &format!(
            "{refusal:?}\n  gRPC {}: {}\n  REST {}: {}\n  Connect: {connect}\n",
            refusal.code(),
            refusal.message(),
            rest.status,
            rest.to_json()
        )
        .replace(&format!("{:?}", Rpc::Search.row()), "Search");
    }
    for row in &crate::rpc::TABLE {
        table = table.replace(&format!("{row:?}"), row.name);
    }
    insta::assert_snapshot!("refusals", table);
}

#[test]
fn no_refusal_of_the_caller_makes_an_sdk_try_again() {
    for refusal in all() {
        let again = matches!(
            refusal,
            Refusal::UpstreamUnavailable(_)
                | Refusal::UpstreamReset(_)
                | Refusal::Starting
                | Refusal::Stopping
                | Refusal::OutOfTouch { .. }
                | Refusal::Overloaded
                // No SDK hears it.
                | Refusal::SchemasChanged
        );
        // UNKNOWN, NOT_FOUND, FAILED_PRECONDITION, ABORTED, INTERNAL, UNAVAILABLE.
        let tried_again = matches!(refusal.code(), 2 | 5 | 9 | 10 | 13 | 14);
        assert_eq!(tried_again && !refusal.in_any_answer(), again, "{refusal:?}");
    }
}

#[test]
fn rest_says_what_milvus_says() {
    for refusal in [
        Refusal::MissingAuthorization,
        Refusal::InvalidToken,
        Refusal::UnknownKey,
        Refusal::UnknownUser,
    ] {
        let answer = refusal.to_rest("");
        assert_eq!(answer.status, 401);
        assert_eq!(answer.to_json(), r#"{"code":1800,"message":"user hasn't authenticated"}"#);
    }
    let answer = missing().to_rest("sales");
    let user = key();
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.to_json(),
        format!(
            "{{\"code\":65535,\"message\":\"rpc error: code = PermissionDenied desc = \
             PrivilegeSearch: permission deny to {user} in the `sales` database\"}}"
        )
    );
}

#[test]
fn whatever_a_database_is_called_the_json_stays_whole() {
    let name = "a\"b\\c\nd\u{0}e\u{7f}é";
    let json = missing().to_rest(name).to_json();
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(value["message"].as_str().unwrap().contains(&format!("`{name}`")));
}

#[test]
fn grpc_messages_are_percent_encoded() {
    for (text, encoded) in [
        ("plain text, with ~ and `", "plain text, with ~ and `"),
        ("100%", "100%25"),
        ("a\r\nb\tc\u{7f}", "a%0D%0Ab%09c%7F"),
        ("é", "%C3%A9"),
        ("", ""),
    ] {
        let mut out = Vec::new();
        percent_encode(text, &mut out);
        assert_eq!(std::str::from_utf8(&out).unwrap(), encoded);
    }
}
