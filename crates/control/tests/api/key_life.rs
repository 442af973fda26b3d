//! The life of API keys: end, switch, rotation, scope, limits, keys that manage keys, reports.

use crate::harness::{Machine, Reply, Who};
use axum::http::{Method, header};
use insta::assert_snapshot;
use model::{ApiKey, KeyState};
use serde_json::{Value, json};

pub(crate) const DAY: i64 = 24 * 60;

pub(crate) fn request(machine: &Machine, name: &str) -> Value {
    json!({"name": name, "projects": [{
        "projectId": machine.project.to_string(), "role": "Read-Write", "allCluster": true}]})
}

/// A key made by the owner, with these fields beside the usual ones; and its path.
pub(crate) async fn made(machine: &Machine, name: &str, more: Value) -> (String, ApiKey) {
    let mut body = request(machine, name);
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    let reply = machine.post(Who::OwnerKey, "/v2/api-keys", &body.to_string()).await;
    assert_eq!(reply.code(), Some(0), "{}", reply.text);
    plain(&reply)
}

pub(crate) fn plain(reply: &Reply) -> (String, ApiKey) {
    let data = reply.data();
    let key = ApiKey::parse(data["apiKey"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(data["apiKeyId"], key.id().to_string());
    (format!("/v2/api-keys/{}", key.id()), key)
}

/// A call signed with this key.
pub(crate) async fn signed(
    machine: &Machine,
    key: &ApiKey,
    method: Method,
    path: &str,
    body: &str,
) -> Reply {
    let bearer = format!("Bearer {}", key.expose());
    let mut headers = vec![(header::AUTHORIZATION, bearer.as_str())];
    if !body.is_empty() {
        headers.push((header::CONTENT_TYPE, "application/json"));
    }
    machine.send(Who::Anonymous, method, path, &headers, body.as_bytes().to_vec()).await
}

/// Whether the key is still a credential here.
pub(crate) async fn works(machine: &Machine, key: &ApiKey) -> bool {
    let status = signed(machine, key, Method::GET, "/v2/projects", "").await.status.as_u16();
    assert!(matches!(status, 200 | 401), "{status}");
    status == 200
}

pub(crate) async fn patch(machine: &Machine, path: &str, body: Value) -> Reply {
    machine.call(Who::OwnerKey, Method::PATCH, path, &body.to_string()).await
}

pub(crate) async fn shown(machine: &Machine, path: &str) -> Value {
    machine.get(Who::OwnerKey, path).await.data()
}

#[tokio::test]
async fn a_key_ends_by_the_clock_and_is_renewed() {
    let machine = Machine::new();
    let (path, key) = made(&machine, "short", json!({"expiresInDays": 20})).await;
    let record = shown(&machine, &path).await;
    assert_eq!((&record["state"], &record["expiresSoon"]), (&json!("active"), &json!(false)));
    machine.clock.pass_minutes(6 * DAY);
    assert_eq!(shown(&machine, &path).await["expiresSoon"], true);
    assert!(works(&machine, &key).await);
    machine.clock.pass_minutes(14 * DAY);
    let record = shown(&machine, &path).await;
    assert_eq!((&record["state"], &record["expiresSoon"]), (&json!("expired"), &json!(false)));
    assert!(!works(&machine, &key).await);

    let before = machine.store.revision().unwrap();
    let renewed = patch(&machine, &path, json!({"expiresInDays": 1})).await;
    assert_eq!(renewed.data()["state"], "active");
    assert!(machine.fence.asked().iter().any(|revision| *revision > before), "gateways are told");
    assert!(works(&machine, &key).await);
    let forever = patch(&machine, &path, json!({"expiresAt": null})).await;
    assert!(forever.data()["expiresAt"].is_null());
    assert_eq!(machine.delete(Who::OwnerKey, &path).await.status, 200);
}

#[tokio::test]
async fn senseless_ends_scopes_and_limits_are_refused() {
    let machine = Machine::new();
    let mut refusals = Vec::new();
    for (field, value) in [
        ("expiresAt", json!("2026-11-23T18:33:22.007Z")),
        ("expiresAt", json!("2037-01-01T00:00:00Z")),
        ("expiresAt", json!("tomorrow")),
        ("expiresAt", json!(5)),
        ("expiresInDays", json!(0)),
        ("expiresInDays", json!(3654)),
        ("allowedAddresses", json!(["10.0.0.0/33"])),
        ("allowedAddresses", json!(vec!["10.0.0.1"; 21])),
        ("rateLimit", json!(0)),
        ("rateLimit", json!(1_000_001)),
        ("manageKeys", json!("yes")),
    ] {
        let mut body = request(&machine, "bad");
        body[field] = value;
        let reply = machine.post(Who::OwnerKey, "/v2/api-keys", &body.to_string()).await;
        refusals.push(reply.refusal());
    }
    for (field, value) in [
        ("databases", json!([])),
        ("databases", json!(["a b"])),
        ("collections", json!(["a", "*****"])),
        ("privileges", json!(["Search", "search"])),
        ("privileges", json!([1])),
    ] {
        let mut body = request(&machine, "bad");
        body["projects"][0][field] = value;
        let reply = machine.post(Who::OwnerKey, "/v2/api-keys", &body.to_string()).await;
        refusals.push(reply.refusal());
    }
    let both = json!({"name": "bad", "expiresInDays": 1, "expiresAt": "2027-01-01T00:00:00Z"});
    refusals.push(machine.post(Who::OwnerKey, "/v2/api-keys", &both.to_string()).await.refusal());
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80000 expiresAt: must lie ahead: to end a key now, disable or delete it
    400 80000 expiresAt: must be at most ten years ahead
    400 80000 expiresAt: must be a day or a moment in UTC, such as 2026-11-23T18:33:22Z
    400 80000 expiresAt: must be a text, not a number
    400 80000 expiresInDays: must be a whole number from 1 to 3653
    400 80000 expiresInDays: must be a whole number from 1 to 3653
    400 80000 allowedAddresses[0]: must be an address or a block in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32
    400 80000 allowedAddresses: must have at most 20 entries
    400 80000 rateLimit: must be a whole number from 1 to 1000000
    400 80000 rateLimit: must be a whole number from 1 to 1000000
    400 80000 manageKeys: must be true or false, not a text
    400 80000 projects[0].databases: must name at least one, or be left out for all
    400 80000 projects[0].databases[0]: must be 1 to 255 letters, digits, "_", "-", "$" and at most 4 "*"
    400 80000 projects[0].collections[1]: must be 1 to 255 letters, digits, "_", "-", "$" and at most 4 "*"
    400 80000 projects[0].privileges[1]: must be a privilege of Milvus such as "Search", or a group such as "CollectionReadOnly"
    400 80000 projects[0].privileges[0]: must be a text, not a number
    400 80000 expiresInDays: must be left out when expiresAt is given
    "#);
}

#[tokio::test]
async fn scope_and_limits_come_back_as_they_were_given() {
    let machine = Machine::new();
    let mut body = request(&machine, "narrow");
    body["allowedAddresses"] = json!(["10.1.2.3/8", "192.0.2.1"]);
    body["rateLimit"] = json!(5);
    body["projects"][0]["databases"] = json!(["default"]);
    body["projects"][0]["collections"] = json!(["docs", "team_*"]);
    body["projects"][0]["privileges"] = json!(["Insert", "DatabaseReadOnly"]);
    let (path, key) =
        plain(&machine.post(Who::ProjectOwner, "/v2/api-keys", &body.to_string()).await);
    let record = shown(&machine, &path).await;
    assert_eq!(record["allowedAddresses"], json!(["10.0.0.0/8", "192.0.2.1/32"]));
    assert_eq!(record["rateLimit"], 5);
    let grant = &record["projects"][0];
    assert_eq!(grant["databases"], json!(["default"]));
    assert_eq!(grant["collections"], json!(["docs", "team_*"]));
    assert_eq!(grant["privileges"], json!(["DescribeDatabase", "Insert", "ShowCollections"]));
    // The caller of these tests is at 192.0.2.1.
    assert!(works(&machine, &key).await);
    patch(&machine, &path, json!({"allowedAddresses": ["10.0.0.0/8"]})).await;
    assert!(!works(&machine, &key).await, "bound to other addresses");

    // A change leaves what it does not name; a replacement resets it.
    let record = patch(&machine, &path, json!({"rateLimit": 7})).await.data();
    assert_eq!((&record["rateLimit"], &record["projects"][0]), (&json!(7), grant));
    assert!(patch(&machine, &path, json!({"rateLimit": null})).await.data()["rateLimit"].is_null());
    let whole = request(&machine, "narrow").to_string();
    let record = machine.call(Who::OwnerKey, Method::PUT, &path, &whole).await.data();
    for field in ["allowedAddresses", "rateLimit", "expiresAt"] {
        assert!(record[field].is_null(), "{record}");
    }
    assert!(record["projects"][0]["databases"].is_null(), "{record}");
    assert!(works(&machine, &key).await);
}

#[tokio::test]
async fn a_disabled_key_is_dead_until_it_is_enabled() {
    let machine = Machine::new();
    let (path, key) = made(&machine, "paused", json!({})).await;
    let off = machine.post(Who::ProjectOwner, &format!("{path}/disable"), "").await;
    assert_eq!(
        (&off.data()["state"], &off.data()["revocation"]["settled"]),
        (&json!("disabled"), &json!(true))
    );
    assert!(!works(&machine, &key).await);
    let view = machine.post(Who::OwnerKey, &format!("{path}/view"), "").await;
    assert_snapshot!(view.refusal(), @"409 409 the key is disabled: what does not work is not shown");
    let again = machine.post(Who::OwnerKey, &format!("{path}/disable"), "").await;
    assert_eq!(again.data()["disabledAt"], off.data()["disabledAt"], "off since the first time");
    let on = machine.post(Who::OwnerKey, &format!("{path}/enable"), "").await;
    assert_eq!(
        (&on.data()["state"], &on.data()["activation"]["settled"]),
        (&json!("active"), &json!(true))
    );
    assert!(works(&machine, &key).await);
}

#[tokio::test]
async fn both_keys_work_during_the_overlap_and_refer_to_each_other() {
    let machine = Machine::new();
    let (path, old) = made(&machine, "app", json!({"rateLimit": 3, "expiresInDays": 90})).await;
    machine.clock.pass_minutes(30 * DAY);
    let reply =
        machine.post(Who::OwnerKey, &format!("{path}/rotate"), r#"{"overlapSeconds":3600}"#).await;
    let (new_path, new) = plain(&reply);
    let (before, after) = (shown(&machine, &path).await, shown(&machine, &new_path).await);
    assert_eq!((&before["state"], &after["state"]), (&json!("rotated"), &json!("active")));
    assert_eq!(
        (&before["replacedBy"], &after["replaces"]),
        (&after["apiKeyId"], &before["apiKeyId"])
    );
    for field in ["name", "description", "projects", "rateLimit"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    // Ninety days from now, as the old one had from when it was made.
    assert_eq!(after["expiresAt"], "2027-03-23T18:33:22.007Z");
    assert!(works(&machine, &old).await && works(&machine, &new).await);
    let twice = machine.post(Who::OwnerKey, &format!("{path}/rotate"), "{}").await;
    assert!(
        twice.refusal().starts_with("409 409 the key has been rotated already"),
        "{}",
        twice.text
    );
    machine.clock.pass_minutes(60);
    assert!(!works(&machine, &old).await && works(&machine, &new).await);
}

#[tokio::test]
async fn without_overlap_the_old_key_is_dead_and_the_default_key_has_a_successor() {
    let machine = Machine::new();
    let old = machine.default_key.clone();
    let path = format!("/v2/api-keys/{}", old.id());
    let reply =
        machine.post(Who::ProjectOwner, &format!("{path}/rotate"), r#"{"overlapSeconds":0}"#).await;
    let (new_path, new) = plain(&reply);
    assert_eq!(reply.data()["revocation"]["settled"], true);
    assert!(!works(&machine, &old).await && works(&machine, &new).await);
    assert_eq!(shown(&machine, &path).await["isDefault"], false);
    assert_eq!(shown(&machine, &new_path).await["isDefault"], true);
    for (body, sentence) in [
        (
            r#"{"overlapSeconds":2592001}"#,
            "400 80000 overlapSeconds: must be a whole number from 0",
        ),
        (r#"{"overlap":1}"#, "400 80000 overlap: is not a field"),
        ("{}", "409 409 the key is expired"),
    ] {
        let reply = machine.post(Who::OwnerKey, &format!("{path}/rotate"), body).await;
        assert!(reply.refusal().starts_with(sentence), "{}", reply.text);
    }
}

#[tokio::test]
async fn keys_are_made_and_deleted_many_at_a_time_or_not_at_all() {
    let machine = Machine::new();
    let keys: Vec<_> = (0..1000).map(|n| request(&machine, &format!("k{n}"))).collect();
    let before = machine.store.revision().unwrap();
    let body = json!({"keys": keys}).to_string();
    let data = machine.post(Who::ProjectOwner, "/v2/api-keys/bulk", &body).await.data();
    let ids: Vec<Value> =
        data["apiKeys"].as_array().unwrap().iter().map(|key| key["apiKeyId"].clone()).collect();
    assert_eq!((ids.len(), &data["apiKeys"][999]["name"]), (1000, &json!("k999")));
    assert_eq!(machine.store.revision().unwrap().number(), before.number() + 1, "one change");
    let some = ApiKey::parse(data["apiKeys"][500]["apiKey"].as_str().unwrap().as_bytes()).unwrap();
    assert!(works(&machine, &some).await);

    let mut bad = keys[..3].to_vec();
    bad[2]["projects"][0]["allCluster"] = json!(false);
    bad[2]["projects"][0]["clusterIds"] = json!(["in01-000000000000001"]);
    let mut refusals = Vec::new();
    for (path, body) in [
        ("bulk", json!({"keys": bad})),
        ("bulk", json!({"keys": []})),
        ("bulk", json!({"keys": [{"name": "a"}]})),
        ("bulk", json!({"keys": vec![&keys[0]; 1001]})),
        ("bulkDelete", json!({"ids": []})),
        ("bulkDelete", json!({"ids": [ids[0], "key-x"]})),
        ("bulkDelete", json!({"ids": [ids[0], ids[0]]})),
        ("bulkDelete", json!({"ids": [ids[0], "key-aaaaaaaaaaaaaaaaaaaaaa"]})),
    ] {
        let before = machine.store.revision().unwrap();
        let path = format!("/v2/api-keys/{path}");
        refusals.push(machine.post(Who::OwnerKey, &path, &body.to_string()).await.refusal());
        assert_eq!(machine.store.revision().unwrap(), before);
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80000 keys[2].clusterIds: the project has no cluster in01-000000000000001
    400 80000 keys: must name 1 to 1000 keys
    400 80000 keys[0].projects: must name the project the key is for
    400 80000 keys: has more than 1000 entries at line 1 column 109118
    400 80000 ids: must name 1 to 1000 keys
    400 80000 ids[1]: not a valid id of this kind: it starts with "key-" and has a fixed length
    400 80000 ids[1]: is named twice
    404 404 there is no API key key-aaaaaaaaaaaaaaaaaaaaaa, or you may not see it
    "#);
    let reply = machine
        .post(Who::OwnerKey, "/v2/api-keys/bulkDelete", &json!({"ids": ids}).to_string())
        .await;
    assert_eq!(reply.data()["revocation"]["settled"], true);
    assert!(!works(&machine, &some).await);
}

#[tokio::test]
async fn lists_are_filtered_and_ordered() {
    let machine = Machine::new();
    let (off, _) = made(&machine, "off", json!({})).await;
    machine.post(Who::OwnerKey, &format!("{off}/disable"), "").await;
    made(&machine, "soon", json!({"expiresInDays": 3})).await;
    made(&machine, "later", json!({"expiresInDays": 300})).await;
    let names = async |query: &str| {
        let path = format!("/v2/api-keys?projectId={}&{query}", machine.project);
        let reply = machine.get(Who::OwnerKey, &path).await;
        let data = reply.data();
        let keys = data["apiKeys"].as_array().unwrap_or_else(|| panic!("{}", reply.text));
        let names: Vec<_> = keys.iter().map(|key| key["name"].as_str().unwrap()).collect();
        names.join(" ")
    };
    assert_eq!(names("sortBy=name").await, "default later off soon");
    assert_eq!(names("sortBy=name&sortOrder=desc").await, "soon off later default");
    assert!(names("sortBy=expires").await.starts_with("soon later "));
    assert_eq!(names("state=disabled").await, "off");
    assert_eq!(names("state=active&sortBy=name").await, "default later soon");
    assert_eq!(names("expiresSoon=true").await, "soon");
    assert_eq!(names("expiresBefore=2028-01-01T00:00:00Z&sortBy=expires").await, "soon later");
    assert_eq!(names("role=Admin").await, "default");
    assert_eq!(names("kind=personal").await, "");
    assert_eq!(names(&format!("createdBy={}&sortBy=name", machine.owner)).await, "later off soon");
    let own = machine.credential(Who::OwnerKey).unwrap();
    let own = ApiKey::parse(own.as_bytes()).unwrap().id();
    assert_eq!(names(&format!("parentKeyId={own}&sortBy=name")).await, "later off soon");
    machine.clock.pass_minutes(3 * DAY);
    assert_eq!(names(&format!("state={}", KeyState::Expired.as_str())).await, "soon");

    let mut refusals = Vec::new();
    for query in [
        "state=dead",
        "role=admin",
        "kind=robot",
        "sortBy=age",
        "sortOrder=up",
        "expiresSoon=yes",
        "expiresBefore=soon",
        "clusterId=c",
        "parentKeyId=k",
        "reported=1",
        "owner=me",
    ] {
        let reply = machine.get(Who::OwnerKey, &format!("/v2/api-keys?{query}")).await;
        refusals.push(reply.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80000 state: must be active, rotated, disabled, expired or revoked
    400 80000 role: must be "Admin", "Read-Write" or "Read-Only"
    400 80000 kind: must be personal or project
    400 80000 sortBy: must be created, name, expires or used
    400 80000 sortOrder: must be asc or desc
    400 80000 expiresSoon: must be true or false
    400 80000 expiresBefore: must be a day or a moment in UTC, such as 2026-11-23T18:33:22Z
    400 80020 clusterId: not a valid id of this kind: it starts with "in01-" and has a fixed length
    400 80000 parentKeyId: not a valid id of this kind: it starts with "key-" and has a fixed length
    400 80000 reported: must be true or false
    400 80000 owner: is not a parameter of this request
    "#);
}
