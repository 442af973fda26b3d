//! What pages of other sites can do with this API: nothing. And what every answer says to browsers.

use crate::harness::{Machine, Reply, Who};
use axum::http::{HeaderName, Method, header};
use control::Limits;
use model::rate::RateLimit;

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Answers of every kind, successes and refusals.
async fn answers(machine: &Machine) -> Vec<(String, Reply)> {
    let long = "a".repeat((1 << 20) + 1);
    let mut answers = Vec::new();
    for (who, method, path, body) in [
        (Who::OwnerKey, Method::GET, "/v2/projects", ""),
        (Who::OwnerKey, Method::HEAD, "/v2/projects", ""),
        (Who::OwnerKey, Method::OPTIONS, "/v2/projects", ""),
        (Who::Anonymous, Method::GET, "/healthz", ""),
        (Who::Anonymous, Method::GET, "/metrics", ""),
        (Who::Anonymous, Method::GET, "/v2/openapi.json", ""),
        (Who::Anonymous, Method::GET, "/v2/projects", ""),
        (Who::OwnerKey, Method::GET, "/nowhere", ""),
        (Who::OwnerKey, Method::PATCH, "/v2/projects", "{}"),
        (Who::OwnerKey, Method::POST, "/v2/projects", "{}"),
        (Who::OwnerKey, Method::POST, "/v2/projects", long.as_str()),
    ] {
        let what = format!("{method} {path}");
        answers.push((what, machine.call(who, method, path, body).await));
    }
    answers
}

#[tokio::test]
async fn every_answer_has_its_headers_and_opens_nothing_to_other_sites() {
    let machine = Machine::new();
    for (what, reply) in answers(&machine).await {
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(reply.header("cache-control"), "no-store", "{what}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{what}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert!(reply.header("content-security-policy").contains("'none'"), "{what}");
        assert!(reply.header("requestid").starts_with("req-"), "{what}");
        for name in reply.headers.keys() {
            assert!(!name.as_str().starts_with("access-control-"), "{what}: {name}");
            assert_ne!(name, header::SET_COOKIE, "{what}");
        }
    }
}

#[tokio::test]
async fn a_preflight_is_not_answered_with_leave() {
    let machine = Machine::new();
    let headers = [
        (header::ORIGIN, "https://evil.example"),
        (header::ACCESS_CONTROL_REQUEST_METHOD, "DELETE"),
        (header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization"),
    ];
    let path = format!("/v2/apiKeys/{}", machine.key("a"));
    let reply = machine.send(Who::Anonymous, Method::OPTIONS, &path, &headers, "").await;
    assert_eq!(reply.status, 405);
    assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let machine = Machine::new();
    let before = machine.store.revision().unwrap();
    let body = r#"{"projectName":"theirs"}"#;
    // What a page can send without asking first.
    for media_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    {
        let headers = [(header::CONTENT_TYPE, media_type)];
        let path = "/v2/projects";
        let reply = machine.send(Who::OwnerSession, Method::POST, path, &headers, body).await;
        assert_eq!(reply.status, 415, "{media_type}");
    }
    let key = machine.key("a");
    let before = machine.store.revision().unwrap().max(before);
    for (method, path) in [
        (Method::POST, format!("/v2/apiKeys/{key}/view")),
        (Method::DELETE, format!("/v2/apiKeys/{key}")),
    ] {
        let headers = [(SITE, "cross-site")];
        let reply = machine.send(Who::OwnerSession, method, &path, &headers, "").await;
        assert_eq!(reply.status, 403, "{path}: {}", reply.text);
    }
    assert_eq!(machine.store.revision().unwrap(), before);
    for site in ["same-origin", "none", "same-site"] {
        let path = format!("/v2/apiKeys/{key}/view");
        let headers = [(SITE, site)];
        let reply = machine.send(Who::OwnerSession, Method::POST, &path, &headers, "").await;
        assert_eq!(reply.status, 200, "{site}");
    }
}

#[tokio::test]
async fn what_takes_no_body_and_no_query_refuses_one() {
    let machine = Machine::new();
    let path = format!("/v2/apiKeys/{}/view", machine.key("a"));
    for (body, status) in [("", 200), (" {}\n", 200), (r#"{"x":1}"#, 400), ("x", 400)] {
        let reply = machine.post(Who::OwnerKey, &path, body).await;
        assert_eq!(reply.status, status, "{body}: {}", reply.text);
    }
    for query in ["x=1", "pageSize=5", "%66ull=1"] {
        let reply = machine.post(Who::OwnerKey, &format!("{path}?{query}"), "").await;
        assert_eq!(reply.status, 400, "{query}");
        assert!(reply.refusal().contains("is not a parameter of this request"), "{query}");
    }
    let reply = machine.get(Who::Anonymous, "/healthz?x=%ff").await;
    insta::assert_snapshot!(reply.refusal(), @"400 80000 x: is not percent-encoded UTF-8");
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let machine = Machine::new();
    let key = machine.key("a");
    for path in ["/v2/projects".to_owned(), format!("/v2/apiKeys/{key}")] {
        let get = machine.get(Who::OwnerKey, &path).await;
        let head = machine.call(Who::OwnerKey, Method::HEAD, &path, "").await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""));
        for name in ["content-type", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    let reply = machine.call(Who::Anonymous, Method::OPTIONS, "/v2/projects", "").await;
    assert_eq!((reply.status.as_u16(), reply.header("allow")), (405, "GET,HEAD,POST"));
}

fn limited(per_second: u32) -> Machine {
    let rate = RateLimit::new(per_second).unwrap();
    Machine::with_limits(Limits { rate, ..Limits::default() })
}

#[tokio::test]
async fn a_caller_in_a_hurry_is_told_when_to_go_on() {
    let machine = limited(1);
    for _ in 0..10 {
        assert_eq!(machine.get(Who::OwnerKey, "/v2/projects").await.status, 200);
    }
    machine.clock.pass_millis(2500);
    let reply = machine.get(Who::OwnerKey, "/v2/projects").await;
    insta::assert_snapshot!(reply.refusal(), @"429 429 more than 1 requests a second came from you: go on in 8 s");
    assert_eq!(reply.header("retry-after"), "8");
    // Everybody else goes on, and so does health.
    assert_eq!(machine.get(Who::OwnerSession, "/v2/projects").await.status, 200);
    assert_eq!(machine.get(Who::Anonymous, "/healthz").await.status, 200);
    machine.clock.pass_millis(7500);
    assert_eq!(machine.get(Who::OwnerKey, "/v2/projects").await.status, 200);
}

#[tokio::test]
async fn guesses_are_counted_by_address() {
    let machine = limited(1);
    let guess = format!("Bearer {}{}", control::SESSION_PREFIX, "0".repeat(63) + "f");
    let mut statuses = Vec::new();
    for credential in ["Bearer x", guess.as_str()].iter().cycle().take(12) {
        let headers = [(header::AUTHORIZATION, *credential)];
        let reply = machine.send(Who::Anonymous, Method::GET, "/v2/projects", &headers, "").await;
        statuses.push(reply.status.as_u16());
    }
    assert_eq!(statuses[..10], [401; 10]);
    assert_eq!(statuses[10..], [429; 2]);
    // A caller with a credential behind the same address is another caller.
    assert_eq!(machine.get(Who::OwnerKey, "/v2/projects").await.status, 200);
}
