//! Input of every bad kind, each refused with a sentence that names the fault.

use crate::harness::{Machine, Reply, Who, until};
use axum::http::{HeaderName, Method, header};
use control::Limits;
use insta::assert_snapshot;
use std::sync::atomic::Ordering;
use std::time::Duration;

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

async fn create(machine: &Machine, body: &str) -> String {
    let body = body.replace("PROJECT", &machine.project.to_string());
    let reply = machine.post(Who::OwnerKey, "/v2/apiKeys", &body).await;
    assert_ne!(reply.code(), Some(0), "accepted: {body}");
    reply.refusal()
}

async fn raw(machine: &Machine, headers: &[(HeaderName, &str)], body: &[u8]) -> Reply {
    machine.send(Who::OwnerKey, Method::POST, "/v2/apiKeys", headers, body.to_vec()).await
}

#[tokio::test]
async fn fields_are_strict() {
    let machine = Machine::new();
    let mut refusals = Vec::new();
    for body in [
        "{}",
        r#"{"name":null}"#,
        r#"{"name":1}"#,
        r#"{"name":""}"#,
        r#"{"name":"Upper"}"#,
        r#"{"name":"key-abc"}"#,
        r#"{"name":"a","name":"b"}"#,
        r#"{"name":"a","nmae":"b"}"#,
        r#"{"name":"a","description":["x"]}"#,
        r#"{"name":"a"}"#,
        r#"{"name":"a","orgRole":"Owner"}"#,
        r#"{"name":"a","orgRole":"Billing-Admin"}"#,
        r#"{"name":"a","orgRole":"owner"}"#,
        r#"{"name":"a","projects":{}}"#,
        r#"{"name":"a","projects":[]}"#,
        r#"{"name":"a","projects":[1]}"#,
        r#"{"name":"a","projects":[{}]}"#,
        r#"{"name":"a","projects":[{},{}]}"#,
        r#"{"name":"a","projects":[{"projectId":"default"}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT"}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"read-only"}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"Admin"}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"Admin","allCluster":1}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"Admin","clusterIds":["x"]}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"Admin","clusterIds":["in01-000000000000001","in01-000000000000001"]}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"Admin","allCluster":true,"clusterIds":["in01-000000000000001"]}]}"#,
        r#"{"name":"a","projects":[{"projectId":"PROJECT","role":"Admin","allCluster":true,"extra":1}]}"#,
        "[]",
        r#"{"name":"a""#,
    ] {
        refusals.push(create(&machine, body).await);
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80000 name: is required
    400 80000 name: is required
    400 80000 name: must be a text, not a number
    400 80000 name: must be 1 to 64 lower-case letters (a-z), digits and hyphens
    400 80000 name: must be 1 to 64 lower-case letters (a-z), digits and hyphens
    400 80000 name: must not start with "key-"
    400 80000 name: is given twice at line 1 column 18
    400 80000 nmae: is not a field of this request
    400 80000 description: must be a text, not a list
    400 80000 projects: must name the project the key is for
    400 80000 orgRole: a key has no role in the organization: leave it out or send "Member", and use a personal key of an owner to manage the organization
    400 80000 orgRole: a key has no role in the organization: leave it out or send "Member", and use a personal key of an owner to manage the organization
    400 80000 orgRole: must be "Member", or left out
    400 80000 projects: must be a list, not an object
    400 80000 projects: must name the project the key is for
    400 80000 projects[0]: must be an object, not a number
    400 80000 projects[0].projectId: is required
    400 80000 projects: must name one project only: a key opens one project, so make a key for each
    400 80000 projects[0].projectId: not a valid id of this kind: it starts with "proj-" and has a fixed length
    400 80000 projects[0].role: is required
    400 80000 projects[0].role: must be "Admin", "Read-Write" or "Read-Only"
    400 80020 projects[0].clusterIds: must name at least one cluster, or send "allCluster": true
    400 80000 projects[0].allCluster: must be true or false, not a number
    400 80020 projects[0].clusterIds[0]: not a valid id of this kind: it starts with "in01-" and has a fixed length
    400 80020 projects[0].clusterIds[1]: is named twice
    400 80020 projects[0].clusterIds: must be empty when allCluster is true
    400 80000 projects[0].extra: is not a field of this request
    400 80000 the body must be a JSON object, not a list
    400 80000 the body is not valid JSON: EOF while parsing an object at line 1 column 11
    "#);
}

#[tokio::test]
async fn bodies_are_json_in_utf_8_within_their_bound() {
    let machine = Machine::new();
    let long = format!(r#"{{"name":"{}"}}"#, "a".repeat(1 << 20));
    let wide = format!(r#"{{"name":"{}"}}"#, "a".repeat(10_000));
    let deep = format!(r#"{{"name":{}1{}}}"#, "[".repeat(100), "]".repeat(100));
    let mut refusals = Vec::new();
    for reply in [
        raw(&machine, &[], b"{}").await,
        raw(&machine, &[(header::CONTENT_TYPE, "text/plain")], b"{}").await,
        raw(&machine, &[(header::CONTENT_TYPE, "application/json; charset=latin1")], b"{}").await,
        raw(&machine, &[JSON, JSON], b"{}").await,
        raw(&machine, &[JSON, (header::CONTENT_ENCODING, "gzip")], b"{}").await,
        raw(&machine, &[JSON], b"").await,
        raw(&machine, &[JSON], b"{\"name\":\"\xff\"}").await,
        raw(&machine, &[JSON], long.as_bytes()).await,
        raw(&machine, &[JSON, (header::CONTENT_LENGTH, "1048577")], b"{}").await,
        raw(&machine, &[JSON], wide.as_bytes()).await,
        raw(&machine, &[JSON], deep.as_bytes()).await,
    ] {
        refusals.push(reply.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r"
    415 415 Content-Type: must be given once, as application/json
    415 415 Content-Type: must be application/json
    415 415 Content-Type: the body must be in UTF-8
    415 415 Content-Type: must be given once, as application/json
    415 415 Content-Encoding: the body must not be compressed
    400 80000 the body is not valid JSON: EOF while parsing a value at line 1 column 0
    400 80000 name: is not valid UTF-8
    413 413 the body is longer than 1048576 bytes
    413 413 the body is longer than 1048576 bytes
    400 80000 name: is 10000 characters long; at most 64 are allowed
    400 80000 the body nests deeper than 8 levels at line 1 column 16
    ");
    let fine = [(header::CONTENT_TYPE, "Application/JSON; charset=UTF-8")];
    assert_eq!(raw(&machine, &fine, b"{}").await.status, 400, "read, and refused for its fields");
}

#[tokio::test]
async fn queries_are_strict() {
    let machine = Machine::new();
    let mut refusals = Vec::new();
    for path in [
        "/v2/apiKeys?pageSize=0",
        "/v2/apiKeys?pageSize=101",
        "/v2/clusters?pageSize=4",
        "/v2/clusters?currentPage=0",
        "/v2/clusters?currentPage=x",
        "/v2/clusters?projectId=default",
        "/v2/apiKeys?serach=x",
        "/v2/apiKeys?search=a&search=b",
        "/v2/apiKeys?search=%zz",
        "/v2/account?pageSize=5",
        "/v2/audit?organizationId=org-x",
    ] {
        refusals.push(machine.get(Who::OwnerKey, path).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80003 pageSize: must be a number from 1 to 100
    400 80003 pageSize: must be a number from 1 to 100
    400 80003 pageSize: must be a number from 5 to 100
    400 80004 currentPage: must be a number from 1
    400 80004 currentPage: must be a number from 1
    400 80000 projectId: not a valid id of this kind: it starts with "proj-" and has a fixed length
    400 80000 serach: is not a parameter of this request
    400 80000 search: is given twice
    400 80000 search: is not percent-encoded UTF-8
    400 80003 pageSize: is not a parameter of this request
    400 80000 organizationId: not a valid id of this kind: it starts with "org-" and has a fixed length
    "#);
    let far = machine.get(Who::OwnerKey, "/v2/apiKeys?currentPage=4294967295").await;
    assert_eq!(far.data()["apiKeys"], serde_json::json!([]));
}

#[tokio::test]
async fn credentials_are_one_bearer_of_ours() {
    let machine = Machine::new();
    let key = machine.default_key.expose().to_owned();
    let good = format!("Bearer {key}");
    let mut altered = key.clone().into_bytes();
    altered[30] = if altered[30] == b'0' { b'1' } else { b'0' };
    let altered = format!("Bearer {}", String::from_utf8(altered).unwrap());
    let unknown = {
        let entropy = model::entropy::SequenceEntropy::new(5);
        let id = machine.default_key.id();
        // The id of a real key under a right checksum, with other random characters.
        format!("Bearer {}", model::ApiKey::generate(id, &entropy).expose())
    };
    let session = format!("Bearer {}{}", control::SESSION_PREFIX, "f".repeat(64));
    let cases: [(&[&str], &str); 9] = [
        (&[], "401 21119 The apikey is illegal"),
        (&[""], "401 21119 The apikey is illegal"),
        (&["Bearer"], "401 21119 The apikey is illegal"),
        (&["Bearer root:Milvus"], "401 21119 The apikey is illegal"),
        (&["Basic cm9vdDpNaWx2dXM="], "401 21119 The apikey is illegal"),
        (&[&altered], "401 21119 The apikey is illegal"),
        (&[&unknown], "401 21119 The apikey is illegal"),
        (&[&good, &good], "401 21119 The apikey is illegal"),
        (&[&session], "401 80002 the session is over or was never opened: sign in again"),
    ];
    for (values, refusal) in cases {
        let headers: Vec<_> = values.iter().map(|value| (header::AUTHORIZATION, *value)).collect();
        let reply =
            machine.send(Who::Anonymous, Method::GET, "/v2/projects", &headers, Vec::new()).await;
        assert_eq!(reply.refusal(), refusal, "{values:?}");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    let headers = [(header::AUTHORIZATION, &*good.replace("Bearer", "bearer"))];
    let reply =
        machine.send(Who::Anonymous, Method::GET, "/v2/projects", &headers, Vec::new()).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn unknown_paths_and_methods_get_the_envelope() {
    let machine = Machine::new();
    for path in ["/", "/v2", "/v2/", "/v2/apikeys", "/v2/projects/", "/v3/projects", "/v2/%2e%2e"] {
        let reply = machine.get(Who::OwnerKey, path).await;
        let refusal = "404 404 there is nothing at this path: the API is under /v2";
        assert_eq!(reply.refusal(), refusal, "{path}");
    }
    let reply = machine.call(Who::OwnerKey, Method::PATCH, "/v2/apiKeys", "{}").await;
    assert_snapshot!(reply.refusal(), @"405 405 this path does not take this method");
    assert_eq!(reply.header("allow"), "GET,HEAD,POST");
}

#[tokio::test]
async fn a_bad_credential_is_refused_before_the_body_is_read() {
    let machine = Machine::new();
    let reply = machine.post(Who::Anonymous, "/v2/apiKeys", "not JSON").await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn a_full_house_and_a_slow_request_are_refused_in_a_sentence() {
    let machine = Machine::with_limits(Limits { requests: 0, ..Limits::default() });
    let reply = machine.get(Who::OwnerKey, "/v2/projects").await;
    assert_snapshot!(reply.refusal(), @"503 503 too many requests are being served: try again shortly");
    let machine =
        Machine::with_limits(Limits { request: Duration::from_millis(200), ..Limits::default() });
    let key = machine.key("slow");
    let _held = machine.fence.gate.lock().await;
    let reply = machine.delete(Who::OwnerKey, &format!("/v2/apiKeys/{key}")).await;
    assert_snapshot!(reply.refusal(), @"504 504 the request took too long: a change may have been made nevertheless, so look before you repeat it");
}

#[tokio::test]
async fn whoever_hangs_up_keeps_their_place_until_their_work_is_done() {
    let machine = Machine::with_limits(Limits { store_calls: 1, ..Limits::default() });
    let held = machine.metrics.gate.lock().await;
    let begun = || machine.metrics.begun.load(Ordering::SeqCst);
    let mut first = Box::pin(machine.get(Who::OwnerKey, "/metrics"));
    until(&mut first, || begun() == 1).await;
    drop(first);
    let mut second = Box::pin(machine.get(Who::OwnerKey, "/metrics"));
    let soon = tokio::time::timeout(Duration::from_millis(200), &mut second).await;
    assert!(soon.is_err() && begun() == 1, "there was a place for a second");
    drop(held);
    assert_eq!(second.await.status, 200);
}
