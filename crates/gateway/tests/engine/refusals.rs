//! Calls that are refused: the code, the text, and that nothing of them reaches the engine.

use crate::house::{House, call};
use milvus::rpc::{Class, TABLE, Why};
use model::entropy::SequenceEntropy;
use model::scope::{ClusterScope, KeyReach};
use model::{AccessRole, ApiKey, KeyId};
use testkit::client::{Answer, Call};
use testkit::upstream::Plan;

fn refused(answer: &Answer) -> (u32, String) {
    assert_eq!(answer.status(), Some(200));
    (answer.code().unwrap(), answer.text().to_owned())
}

#[test]
fn every_rpc_refuses_whoever_has_no_key() {
    let (house, upstream, key) = House::standard(Plan::default());
    let stranger =
        ApiKey::generate(KeyId::generate(&SequenceEntropy::new(1)), &SequenceEntropy::new(2));
    let mut wrong_secret = key.expose().to_owned();
    wrong_secret.replace_range(30..31, if &wrong_secret[30..31] == "a" { "b" } else { "a" });
    let mut client = house.client();
    for row in TABLE.iter().filter(|row| !row.is_connect()) {
        let unary = |call: &Call| call.clone();
        let mut ask = |call: Call| refused(&client.unary(&unary(&call)).unwrap());
        let missing = (16, "missing authorization in header".to_owned());
        let unknown = (16, "auth check failure, please check api key is correct".to_owned());
        assert_eq!(ask(Call::to(row.path)), missing, "{}", row.rpc);
        assert_eq!(ask(Call::to(row.path).token(stranger.expose())), unknown, "{}", row.rpc);
        assert_eq!(ask(Call::to(row.path).token(&wrong_secret)), unknown, "{}", row.rpc);
    }
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn every_rpc_that_is_not_forwarded_says_why() {
    let (house, upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    for row in &TABLE {
        let expected = match row.class {
            Class::Forward { .. } | Class::Authenticated => continue,
            Class::Refused { why: Why::Heartbeat } => 12,
            Class::Identity { .. } | Class::Refused { .. } => 7,
        };
        let answer = client.unary(&Call::to(row.path).token(key.expose())).unwrap();
        let (code, text) = refused(&answer);
        assert_eq!(code, expected, "{}: {text}", row.rpc);
        assert!(text.contains(row.name), "{text}");
    }
    for path in ["/milvus.proto.milvus.MilvusService/NoSuchRpc", "/other.Service/Search", "/"] {
        let answer = client.unary(&Call::to(path).token(key.expose())).unwrap();
        assert_eq!(answer.code(), Some(12), "{path}");
    }
    assert_eq!(upstream.seen().calls(), 0);
}

/// Every forwarded RPC under every role: the table of privileges is what the gateway does.
#[test]
fn every_role_may_what_its_privileges_say_and_nothing_else() {
    let (house, upstream, _) = House::standard(Plan::default());
    let mut client = house.client();
    let mut allowed = 0;
    for &role in AccessRole::ALL {
        let key = house.add_key_for(house.reach(role, ClusterScope::All));
        for row in &TABLE {
            let may = match row.class {
                Class::Forward { privilege } => role.privileges().contains(privilege),
                Class::Authenticated => true,
                Class::Identity { .. } | Class::Refused { .. } => continue,
            };
            let answer = client.unary(&Call::to(row.path).token(key.expose())).unwrap();
            if may {
                allowed += 1;
                assert_eq!(answer.code(), Some(0), "{role:?} {}: {}", row.rpc, answer.text());
            } else {
                let (code, text) = refused(&answer);
                assert_eq!(code, 7, "{role:?} {}: {text}", row.rpc);
                let end = format!("permission deny to {} in the `default` database", key.id());
                assert!(text.ends_with(&end), "{text}");
            }
        }
    }
    assert_eq!(upstream.seen().calls(), allowed);
}

#[test]
fn a_refusal_names_the_database_of_the_call() {
    let (house, _upstream, _) = House::standard(Plan::default());
    let key = house.add_key_for(house.reach(AccessRole::ReadOnly, ClusterScope::All));
    let answer = house.client().unary(&call("Insert", &key).field("dbname", b"books")).unwrap();
    let text = format!("PrivilegeInsert: permission deny to {} in the `books` database", key.id());
    assert_eq!((answer.code(), answer.text()), (Some(7), text.as_str()));
}

#[test]
fn a_refused_connect_says_why_in_its_answer() {
    let (house, upstream, _) = House::standard(Plan::default());
    let answer = house.client().unary(&Call::milvus("Connect").token("kw_wrong")).unwrap();
    assert_eq!(answer.code(), Some(0));
    let message = String::from_utf8_lossy(answer.messages()[0]).into_owned();
    assert!(message.contains("please check api key is correct"), "{message}");
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn broken_credentials_are_refused() {
    let (house, upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    let search = || Call::milvus("Search");
    for (request, text) in [
        (search().field("authorization", b""), "missing authorization in header"),
        (search().field("authorization", b"%%%"), "invalid token format"),
        (search().field("authorization", &[b'A'; 5000]), "invalid token format"),
        (search().token(key.expose()).field("authorization", b"a3c="), "invalid token format"),
        (search().token(key.expose()).token(key.expose()), "invalid token format"),
        (
            search().token("root:Milvus"),
            "auth check failure, please check username and password are correct",
        ),
        (
            search().token(&format!("{}\u{0}", key.expose())),
            "auth check failure, please check api key is correct",
        ),
    ] {
        assert_eq!(refused(&client.unary(&request).unwrap()), (16, text.to_owned()));
    }
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn until_it_has_loaded_the_gateway_refuses() {
    let house = House::unloaded(|_| {});
    let answer = house.client().unary(&Call::milvus("Search").token("kw_x")).unwrap();
    assert_eq!(answer.code(), Some(14), "{}", answer.text());
}

#[test]
fn a_key_that_opens_nothing_is_told_so() {
    let (house, upstream, _) = House::standard(Plan::default());
    let key = house.add_key_for(KeyReach::Nothing);
    let answer = house.client().unary(&call("Search", &key)).unwrap();
    assert_eq!(answer.code(), Some(7), "{}", answer.text());
    assert_eq!(upstream.seen().calls(), 0);
}
