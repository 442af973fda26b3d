//! A request that creates, sent more than once under one `Idempotency-Key`.

use crate::access::request;
use crate::harness::{Machine, Reply, Who, until};
use axum::http::{HeaderName, Method, header};
use model::KeyId;
use serde_json::Value;

const NAME: HeaderName = HeaderName::from_static("idempotency-key");

async fn named(machine: &Machine, who: Who, name: &str, path: &str, body: &str) -> Reply {
    let headers = [(header::CONTENT_TYPE, "application/json"), (NAME, name)];
    machine.send(who, Method::POST, path, &headers, body.to_owned()).await
}

fn key_body(machine: &Machine, name: &str) -> String {
    format!(
        r#"{{"name":"{name}","projects":[{{"projectId":"{}","role":"Read-Only","allCluster":true}}]}}"#,
        machine.project
    )
}

/// A secret in an answer that is given once.
fn shown_once(data: &Value) -> Option<String> {
    let places = ["/apiKeys/0/apiKey", "/password", "/reset/token", "/token"];
    let secret = places.iter().find_map(|place| data.pointer(place)?.as_str());
    secret.map(ToOwned::to_owned)
}

/// Every endpoint that creates, with the example of its description.
#[tokio::test]
async fn whatever_creates_creates_once() {
    let (mut tried, mut once) = (0, 0);
    for endpoint in control::routes::list().iter().filter(|endpoint| endpoint.operation.creates) {
        let (machine, place) = (Machine::new(), endpoint.path);
        let (path, body) = request(&machine, endpoint, 1);
        let first = named(&machine, Who::OwnerSession, "try-1", &path, &body).await;
        assert!(first.status.is_success(), "{place}: {}", first.text);
        assert_eq!(first.header("idempotency-replayed"), "", "{place}");
        let records = machine.get(Who::OwnerSession, "/v2/audit").await.data()["count"].clone();
        let again = named(&machine, Who::OwnerSession, "try-1", &path, &body).await;
        tried += 1;
        if let Some(secret) = shown_once(&first.data()) {
            assert_eq!(again.status, 409, "{place}: it is answered once");
            assert!(!again.text.contains(&secret), "{place}");
            once += 1;
            continue;
        }
        assert_eq!(again.text, first.text, "{place}");
        assert_eq!(again.status, first.status, "{place}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{place}");
        // Seeing a key again is a view, and on record as one.
        let views = u64::from(first.json()["data"]["apiKey"].is_string());
        let now = machine.get(Who::OwnerSession, "/v2/audit").await.data()["count"].clone();
        assert_eq!(now.as_u64(), records.as_u64().map(|count| count + views), "{place}");
        let (_, other) = request(&machine, endpoint, 2);
        if other != body {
            let refused = named(&machine, Who::OwnerSession, "try-1", &path, &other).await;
            assert_eq!(refused.status, 422, "{place}: {}", refused.text);
        }
    }
    assert!(tried - once >= 4 && once >= 6, "{tried} endpoints create, {once} of them secrets");
}

#[tokio::test]
async fn the_name_belongs_to_its_caller_and_its_request() {
    let machine = Machine::new();
    let (one, two) = (key_body(&machine, "one"), key_body(&machine, "two"));
    let first = named(&machine, Who::OwnerSession, "a", "/v2/api-keys", &one).await;
    let theirs = named(&machine, Who::ProjectOwner, "a", "/v2/api-keys", &one).await;
    assert_ne!(theirs.data()["apiKeyId"], first.data()["apiKeyId"]);
    assert_eq!(theirs.header("idempotency-replayed"), "");
    for (path, body) in [("/v2/api-keys", &two), ("/v2/apiKeys", &one)] {
        let other = named(&machine, Who::OwnerSession, "a", path, body).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(other.refusal(), @"422 422 this Idempotency-Key was used for another request: use a new one for each thing to make");
        }
    }
    let fresh = named(&machine, Who::OwnerSession, "b", "/v2/api-keys", &one).await;
    assert_ne!(fresh.data()["apiKeyId"], first.data()["apiKeyId"]);
}

#[tokio::test]
async fn a_refusal_does_not_use_the_name_up() {
    let machine = Machine::new();
    let body = key_body(&machine, "one");
    let refused = named(&machine, Who::Member, "a", "/v2/api-keys", &body).await;
    assert_eq!(refused.status, 403);
    let refused = named(&machine, Who::Member, "a", "/v2/api-keys", &body).await;
    assert_eq!((refused.status.as_u16(), refused.header("idempotency-replayed")), (403, ""));
    machine.promote(Who::Member);
    let made = named(&machine, Who::Member, "a", "/v2/api-keys", &body).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let bad = named(&machine, Who::OwnerSession, "c", "/v2/api-keys", "{}").await;
    assert_eq!(bad.status, 400);
    let good = named(&machine, Who::OwnerSession, "c", "/v2/api-keys", &body).await;
    assert_eq!(good.status, 200);
}

#[tokio::test]
async fn an_answer_is_given_for_a_day_and_goes_with_its_key() {
    let machine = Machine::new();
    let body = key_body(&machine, "one");
    let send = async || named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body).await;
    let first = send().await.data();
    machine.clock.pass_minutes(24 * 60 - 1);
    assert_eq!(send().await.data(), first);
    machine.clock.pass_minutes(1);
    let second = send().await.data();
    assert_ne!(second["apiKeyId"], first["apiKeyId"], "a day is over");
    let id: KeyId = second["apiKeyId"].as_str().unwrap().parse().unwrap();
    assert_eq!(machine.delete(Who::OwnerKey, &format!("/v2/api-keys/{id}")).await.status, 200);
    let gone = send().await;
    assert_eq!(gone.status, 409, "{}", gone.text);
    assert!(!gone.text.contains("kw_"), "{}", gone.text);
    machine.clock.pass_minutes(4);
    insta::assert_snapshot!(send().await.refusal(), @"409 409 a request with this Idempotency-Key was carried out, but its answer is no longer kept: look what it made, and use a new Idempotency-Key to make another");
}

#[tokio::test]
async fn an_answer_with_a_key_is_not_for_those_who_may_no_longer_see_it() {
    let machine = Machine::new();
    machine.promote(Who::Member);
    let body = key_body(&machine, "one");
    let made = named(&machine, Who::Member, "a", "/v2/api-keys", &body).await;
    assert_eq!(made.status, 200);
    machine.change(|work| {
        let member = model::OrganizationRole::Member;
        store::members::set_organization_role(work, machine.organization, machine.member, member)
    });
    let refused = named(&machine, Who::Member, "a", "/v2/api-keys", &body).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}

#[tokio::test]
async fn two_at_once_make_one() {
    let machine = Machine::new();
    let body = key_body(&machine, "one");
    let held = machine.fence.gate.lock().await;
    let mut first = Box::pin(named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body));
    until(&mut first, || !machine.fence.asked().is_empty()).await;
    let second = named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body).await;
    insta::assert_snapshot!(second.refusal(), @"409 409 a request with this Idempotency-Key is being carried out: send it again in a moment");
    drop(held);
    let first = first.await;
    assert_eq!(first.status, 200);
    let third = named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body).await;
    assert_eq!(third.text, first.text);
    let keys = machine.get(Who::OwnerKey, "/v2/api-keys?search=one").await.data();
    assert_eq!(keys["count"], 1);
}

#[tokio::test]
async fn a_caller_who_hangs_up_finds_the_answer() {
    let machine = Machine::new();
    let body = key_body(&machine, "one");
    let held = machine.fence.gate.lock().await;
    let mut first = Box::pin(named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body));
    until(&mut first, || !machine.fence.asked().is_empty()).await;
    drop(first);
    drop(held);
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    let answer = loop {
        let reply = named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body).await;
        if reply.status != 409 {
            break reply;
        }
        assert!(tokio::time::Instant::now() < deadline, "{}", reply.text);
        // However often it is asked, the caller keeps to its rate.
        machine.clock.pass_millis(20);
    };
    assert_eq!((answer.status.as_u16(), answer.header("idempotency-replayed")), (200, "true"));
}

#[tokio::test]
async fn names_of_requests_are_strict() {
    let machine = Machine::new();
    let body = key_body(&machine, "one");
    let long = "x".repeat(256);
    for bad in ["", "a b", "\u{e9}", &long] {
        let reply = named(&machine, Who::OwnerKey, bad, "/v2/api-keys", &body).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(reply.refusal(), @"400 80000 Idempotency-Key: must be one text of 1 to 255 printable ASCII characters without spaces");
        }
    }
    let twice = [(header::CONTENT_TYPE, "application/json"), (NAME, "a"), (NAME, "b")];
    let reply = machine.send(Who::OwnerKey, Method::POST, "/v2/api-keys", &twice, body.clone());
    assert_eq!(reply.await.status, 400);
    let reply = named(&machine, Who::OwnerKey, &"x".repeat(255), "/v2/api-keys", &body).await;
    assert_eq!(reply.status, 200);
    let reply = named(&machine, Who::Anonymous, "a", "/v2/api-keys", &body).await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn the_database_holds_no_answer_in_the_clear() {
    let machine = Machine::new();
    let body = key_body(&machine, "a-name-to-look-for");
    let made = named(&machine, Who::OwnerKey, "a", "/v2/api-keys", &body).await.data();
    let secret = made["apiKey"].as_str().unwrap().to_owned();
    for entry in std::fs::read_dir(machine.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the key is in the database");
    }
}

#[tokio::test]
async fn of_a_key_that_is_shown_once_no_answer_is_kept() {
    let machine = Machine::new();
    let body = key_body(&machine, "one");
    let send = async |name| named(&machine, Who::OwnerKey, name, "/v2/api-keys", &body).await;
    assert_eq!(send("before").await.status, 200);
    assert_eq!(send("before").await.header("idempotency-replayed"), "true");
    let settings = format!("/v2/organizations/{}/settings", machine.organization);
    let once = r#"{"showKeysOnce":true}"#;
    machine.call(Who::OwnerSession, Method::PATCH, &settings, once).await;
    assert_eq!(send("after").await.status, 200);
    for name in ["before", "after"] {
        let reply = send(name).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(reply.refusal(), @"409 409 a request with this Idempotency-Key was carried out, but its answer is no longer kept: look what it made, and use a new Idempotency-Key to make another");
        }
    }
    let keys = machine.get(Who::OwnerKey, "/v2/api-keys?search=one").await.data();
    assert_eq!(keys["count"], 2);
}

#[tokio::test]
async fn of_several_keys_at_once_no_answer_is_kept() {
    let machine = Machine::new();
    let body = format!(
        r#"{{"keys":[{},{}]}}"#,
        key_body(&machine, "of-two"),
        key_body(&machine, "of-two")
    );
    let send = async || named(&machine, Who::OwnerKey, "n", "/v2/api-keys/bulk", &body).await;
    let first = send().await;
    assert_eq!(first.status, 200, "{}", first.text);
    let again = send().await;
    assert_eq!((again.status.as_u16(), again.text.contains("kw_")), (409, false));
    assert_eq!(machine.get(Who::OwnerKey, "/v2/api-keys?search=of-two").await.data()["count"], 2);
}
