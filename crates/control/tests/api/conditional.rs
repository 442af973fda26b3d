//! Changes that are made only to what the caller has seen: `ETag` and `If-Match`.

use crate::harness::{Machine, Reply, Who};
use axum::http::{Method, header};
use serde_json::{Value, json};

/// Sends a change of what had this tag.
async fn change(machine: &Machine, method: &Method, path: &str, body: &Value, tag: &str) -> Reply {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::IF_MATCH, tag)];
    machine.send(Who::OwnerSession, method.clone(), path, &headers, body.to_string()).await
}

#[tokio::test]
async fn nobody_overwrites_what_they_have_not_seen() {
    let machine = Machine::new();
    let cluster = format!("/v2/clusters/{}", machine.cluster("one"));
    let organization = format!("/v2/organizations/{}", machine.organization);
    let settings = format!("{organization}/settings");
    let project = format!("/v2/projects/{}", machine.project);
    let whitelist = format!("{project}/whitelist");
    let key = format!("/v2/api-keys/{}", machine.key("app"));
    let block = |cidr: &str| json!({"entries": [{"cidr": cidr}], "confirmLockout": true});
    for (method, path, mine, theirs) in [
        (Method::PATCH, &cluster, json!({"clusterName": "a"}), json!({"clusterName": "b"})),
        (Method::PUT, &whitelist, block("10.0.0.0/8"), block("192.0.2.0/24")),
        (
            Method::PATCH,
            &organization,
            json!({"organizationName": "a"}),
            json!({"organizationName": "b"}),
        ),
        (
            Method::PATCH,
            &settings,
            json!({"defaultKeyExpiryDays": 9}),
            json!({"defaultKeyExpiryDays": 8}),
        ),
        (Method::PATCH, &project, json!({"projectName": "a"}), json!({"projectName": "b"})),
        (Method::PATCH, &key, json!({"name": "a"}), json!({"name": "b"})),
    ] {
        let seen = machine.get(Who::OwnerSession, path).await;
        let mut tag = seen.header("etag").to_owned();
        if tag.is_empty() {
            // Keys say their revision in the record.
            tag = seen.data()["revision"].to_string();
        }
        assert_eq!(change(&machine, &method, path, &theirs, &tag).await.status, 200, "{path}");
        let late = change(&machine, &method, path, &mine, &tag).await;
        assert_eq!(late.status, 412, "{path}: {}", late.text);
        assert!(late.text.contains("read it again"), "{path}: {}", late.text);
        let now = machine.get(Who::OwnerSession, path).await;
        let mut tag = now.header("etag").to_owned();
        if tag.is_empty() {
            tag = now.data()["revision"].to_string();
        }
        assert_eq!(change(&machine, &method, path, &mine, &tag).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn an_entry_that_somebody_added_is_not_replaced_unseen() {
    let machine = Machine::new();
    let path = format!("/v2/projects/{}/whitelist", machine.project);
    let seen = machine.get(Who::OwnerSession, &path).await.header("etag").to_owned();
    let added = r#"{"cidr":"10.0.0.0/8","confirmLockout":true}"#;
    let added = machine.post(Who::ProjectOwner, &path, added).await;
    assert_eq!(added.status, 200, "{}", added.text);
    let emptied = change(&machine, &Method::PUT, &path, &json!({"entries": []}), &seen).await;
    assert_eq!(emptied.status, 412, "{}", emptied.text);
    let seen = machine.get(Who::OwnerSession, &path).await.header("etag").to_owned();
    let entry = added.data()["entryId"].as_str().unwrap().to_owned();
    let gone = machine.delete(Who::ProjectOwner, &format!("{path}/{entry}")).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    let late = change(&machine, &Method::PUT, &path, &json!({"entries": []}), &seen).await;
    assert_eq!(late.status, 412, "{}", late.text);
}
