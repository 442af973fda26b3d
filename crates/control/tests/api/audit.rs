//! What the audit trail tells of what was done and refused.

use crate::harness::{Machine, Who};
use insta::assert_snapshot;

/// The trail, oldest first, one line a record, without what the machine was set up with.
async fn trail(machine: &Machine) -> String {
    let reply = machine.get(Who::OwnerKey, "/v2/audit?pageSize=100").await;
    let shown: serde_json::Value =
        serde_json::from_str(reply.shown().strip_prefix("200 ").unwrap()).unwrap();
    let records = shown["data"]["audits"].as_array().unwrap();
    let of_callers = records.iter().filter(|record| record["actor"] != "operator");
    let mut lines: Vec<_> = of_callers
        .map(|record| {
            let text = |field: &str| record[field].as_str().unwrap_or("-").to_owned();
            let fields = ["actor", "action", "resource", "outcome", "rule", "address", "detail"];
            fields.map(text).join(" | ").trim_end_matches(['|', ' ']).to_owned()
        })
        .collect();
    lines.reverse();
    lines.join("\n")
}

#[tokio::test]
async fn changes_views_and_refusals_are_recorded() {
    let machine = Machine::new();
    let project = machine.project;
    let request = format!(
        r#"{{"name":"app","projects":[{{"projectId":"{project}","role":"Admin","allCluster":true}}]}}"#
    );
    let made = machine.post(Who::OwnerSession, "/v2/apiKeys", &request).await;
    let path = format!("/v2/apiKeys/{}", made.data()["apiKeyId"].as_str().unwrap());
    machine.post(Who::OwnerKey, &format!("{path}/view"), "").await;
    machine.post(Who::Member, &format!("{path}/view"), "").await;
    machine.delete(Who::ProjectKey, &path).await;
    machine.delete(Who::Stranger, &path).await;
    machine.get(Who::Anonymous, &path).await;
    let renamed = request.replace("app", "web").replace("Admin", "Read-Only");
    machine.call(Who::ProjectOwner, axum::http::Method::PUT, &path, &renamed).await;
    machine.delete(Who::ProjectOwner, &path).await;
    assert_snapshot!(trail(&machine).await, @r#"
    [user] | key.create | [key] | done | organization owner | 192.0.2.1 | key "app", Admin on all clusters
    [key] | key.reveal | [key] | done | organization owner | 192.0.2.1 | viewed key "app"
    [user] | key.reveal | [key] | refused | - | 192.0.2.1
    [key] | key.delete | [key] | refused | - | 192.0.2.1
    [user] | key.delete | [key] | refused | - | 192.0.2.1
    [user] | key.update | [key] | done | project owner | 192.0.2.1 | renamed from "app" to "web", role from Admin to Read-Only
    [user] | key.delete | [key] | done | project owner | 192.0.2.1 | deleted key "web"
    "#);
}

#[tokio::test]
async fn the_trail_of_one_thing_can_be_asked_for() {
    let machine = Machine::new();
    let (one, two) = (machine.key("one"), machine.key("two"));
    machine.delete(Who::OwnerKey, &format!("/v2/apiKeys/{one}")).await;
    let data = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={one}")).await.data();
    assert_eq!(data["count"], 2);
    let data = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={two}")).await.data();
    assert_eq!(data["count"], 1);
    let reply = machine.get(Who::OwnerKey, "/v2/audit?resource=one").await;
    assert_snapshot!(reply.refusal(), @"400 80000 resource: must be the id of a key, cluster, project, organization or user");
}

#[tokio::test]
async fn a_record_is_shown_whole() {
    let machine = Machine::new();
    let key = machine.key("app");
    machine.delete(Who::OwnerKey, &format!("/v2/apiKeys/{key}")).await;
    let reply = machine.get(Who::OwnerSession, "/v2/audit?pageSize=1").await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "audits": [
          {
            "action": "key.delete",
            "actor": "[key]",
            "address": "192.0.2.1",
            "auditId": "[audit]",
            "before": {
              "clusters": "all",
              "description": "",
              "manageKeys": "false",
              "name": "app",
              "projectId": "[project]",
              "role": "Read-Write"
            },
            "detail": "deleted key \"app\"",
            "number": 9,
            "outcome": "done",
            "projectId": "[project]",
            "resource": "[key]",
            "revision": 8,
            "rule": "organization owner",
            "time": "2026-11-23T18:33:22.007Z",
            "userId": "[user]"
          }
        ],
        "count": 9,
        "currentPage": 1,
        "pageSize": 1
      }
    }
    "#);
}

#[tokio::test]
async fn a_change_says_what_was_before_and_what_is_after() {
    let machine = Machine::new();
    let key = machine.key("app");
    let project = machine.project;
    let request = format!(
        r#"{{"name":"web","projects":[{{"projectId":"{project}","role":"Admin","allCluster":true}}]}}"#
    );
    let path = format!("/v2/apiKeys/{key}");
    let newest = async || {
        machine.get(Who::OwnerKey, "/v2/audit?pageSize=1").await.data()["audits"][0].clone()
    };
    machine.call(Who::OwnerKey, axum::http::Method::PUT, &path, &request).await;
    let record = newest().await;
    assert_eq!(record["before"], serde_json::json!({"name": "app", "role": "Read-Write"}));
    assert_eq!(record["after"], serde_json::json!({"name": "web", "role": "Admin"}));
    // Nothing changed, so nothing is said.
    machine.call(Who::OwnerKey, axum::http::Method::PUT, &path, &request).await;
    let record = newest().await;
    assert_eq!(
        (&record["before"], &record["after"]),
        (&serde_json::Value::Null, &serde_json::Value::Null)
    );
    machine.post(Who::OwnerKey, &format!("{path}/view"), "").await;
    machine.delete(Who::Member, &path).await;
    let listed = machine.get(Who::OwnerKey, "/v2/audit?pageSize=100").await;
    let plain = machine.default_key.expose();
    assert!(!listed.shown().contains(&plain[..20]));
    assert_eq!(newest().await["outcome"], "refused");
    assert_eq!(newest().await["after"], serde_json::Value::Null);
}

#[tokio::test]
async fn nobody_can_fill_the_trail_with_refusals() {
    let machine = Machine::new();
    let path = format!("/v2/apiKeys/{}", machine.default_key.id());
    let refused = async || {
        let resource = machine.default_key.id();
        let trail = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={resource}")).await;
        trail.data()["count"].as_u64().unwrap()
    };
    for _ in 0..70 {
        assert_eq!(machine.delete(Who::Member, &path).await.status, 403);
    }
    assert_eq!(refused().await, 60);
    // Others are still recorded, and so is the same one later.
    machine.delete(Who::ProjectKey, &path).await;
    machine.clock.pass_minutes(1);
    machine.delete(Who::Member, &path).await;
    assert_eq!(refused().await, 62);
}

/// The numbers of the records that a query finds, newest first.
async fn found(machine: &Machine, query: &str) -> Vec<u64> {
    let reply = machine.get(Who::OwnerKey, &format!("/v2/audit?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text);
    let data = reply.data();
    let records = data["audits"].as_array().unwrap().iter();
    let numbers: Vec<_> = records.map(|record| record["number"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|a, b| a > b), "newest first");
    numbers
}

#[tokio::test]
async fn records_are_found_by_everything_they_say() {
    let machine = Machine::new();
    let start = found(&machine, "").await[0];
    let key = machine.key("app");
    machine.clock.pass_minutes(1);
    let path = format!("/v2/apiKeys/{key}");
    machine.delete(Who::Member, &path).await;
    machine.clock.pass_minutes(1);
    machine.delete(Who::OwnerSession, &path).await;
    let [made, refused, deleted] = [start + 1, start + 2, start + 3];
    let owner = machine.owner;
    for (query, expected) in [
        (format!("resource={key}"), vec![deleted, refused, made]),
        (format!("resource={key}&outcome=done"), vec![deleted, made]),
        (format!("resource={key}&outcome=refused"), vec![refused]),
        (format!("resource={key}&action=key.delete"), vec![deleted, refused]),
        (format!("resource={key}&action=key."), vec![deleted, refused, made]),
        (format!("resource={key}&action=key"), vec![]),
        (format!("actor={owner}"), vec![deleted]),
        (format!("actor=operator&resource={key}"), vec![made]),
        (format!("address=192.0.2.1&resource={key}"), vec![deleted, refused]),
        (format!("address=::ffff:192.0.2.1&resource={key}"), vec![deleted, refused]),
        ("address=192.0.2.9".to_owned(), vec![]),
        (
            format!("projectId={}&from=2026-11-23T18:34:00Z", machine.project),
            vec![deleted, refused],
        ),
        ("from=2026-11-23T18:35:22.007Z".to_owned(), vec![deleted]),
        (format!("resource={key}&to=2026-11-23T18:34:22.007Z"), vec![made]),
        ("search=KEY%20%22app%22".to_owned(), vec![deleted, made]),
        ("search=%25".to_owned(), vec![]),
        (format!("search={key}&upTo={made}"), vec![made]),
    ] {
        assert_eq!(found(&machine, &query).await, expected, "{query}");
    }
    let personal = machine.get(Who::OwnerKey, &format!("/v2/audit?actor={owner}")).await;
    assert_eq!(personal.data()["count"], 1);
    machine.delete(Who::OwnerKey, &format!("/v2/apiKeys/{}", machine.key("b"))).await;
    assert_eq!(found(&machine, &format!("actor={owner}")).await.len(), 2, "by their key too");
    for bad in [
        "actor=somebody",
        "action=Key",
        "action=%25",
        "outcome=maybe",
        "from=yesterday",
        "to=2026-02-30T00:00:00Z",
        "address=192.0.2.0/24",
        "search=",
        "upTo=-1",
        "upTo=99999999999999999999",
        "projectId=default",
        "color=red",
    ] {
        let reply = machine.get(Who::OwnerKey, &format!("/v2/audit?{bad}")).await;
        assert_eq!(reply.status, 400, "{bad}: {}", reply.text);
    }
}

#[tokio::test]
async fn pages_stay_where_they_are() {
    let machine = Machine::new();
    let first = found(&machine, "pageSize=3").await;
    machine.key("new");
    let second = found(&machine, &format!("pageSize=3&currentPage=2&upTo={}", first[0])).await;
    assert_eq!(second[0], first[2] - 1);
}

#[tokio::test]
async fn an_export_is_every_record_once_oldest_first() {
    let machine = Machine::new();
    for number in 0..600 {
        machine.key(&format!("key-of-{number}").replace("key-", "k"));
    }
    let all = machine.get(Who::OwnerKey, "/v2/audit?pageSize=1").await.data();
    let reply = machine.get(Who::OwnerSession, "/v2/audit/export").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("content-type")),
        (200, "application/x-ndjson")
    );
    let records: Vec<serde_json::Value> =
        reply.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len() as u64, all["count"].as_u64().unwrap());
    assert!(records.is_sorted_by_key(|record| record["number"].as_u64()));
    assert_eq!(records.last().unwrap(), &all["audits"][0], "as a list answers it");
    let narrowed = machine.get(Who::OwnerKey, "/v2/audit/export?search=kof-599").await;
    assert_eq!(narrowed.text.lines().count(), 1);
    assert_eq!(machine.get(Who::OwnerKey, "/v2/audit/export?search=none-such").await.text, "");
    assert_eq!(machine.get(Who::OwnerKey, "/v2/audit/export?pageSize=5").await.status, 400);
    assert_eq!(machine.get(Who::ProjectOwner, "/v2/audit/export").await.status, 403);
}

#[tokio::test]
async fn the_trail_is_verified_while_the_server_runs() {
    let machine = Machine::new();
    let count = found(&machine, "pageSize=1").await[0];
    let data = machine.get(Who::OwnerSession, "/v2/audit/verify").await.data();
    assert_eq!((&data["intact"], data["records"].as_u64() >= Some(count)), (&true.into(), true));
    assert_eq!(machine.get(Who::Member, "/v2/audit/verify").await.status, 403);
}
