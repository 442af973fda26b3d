//! Reports of keys that were found where they should not be.

use crate::harness::{Machine, Reply, Who};
use crate::key_life::{made, shown, works};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::json;

async fn report(machine: &Machine, key: &str) -> Reply {
    let body = json!({"key": key, "source": "a scanner",
        "url": format!("https://example.com/?token={key}")});
    machine.post(Who::Anonymous, "/v2/keys:report", &body.to_string()).await
}

#[tokio::test]
async fn a_report_ends_a_key_and_tells_nobody_whether_it_was_one() {
    let machine = Machine::new();
    let (path, key) = made(&machine, "leaked", json!({})).await;
    let (dead_path, dead) = made(&machine, "dead", json!({})).await;
    machine.delete(Who::OwnerKey, &dead_path).await;
    let mut forged = key.expose().to_owned();
    forged.replace_range(22..23, if forged.as_bytes()[22] == b'0' { "1" } else { "0" });
    let answers = [
        report(&machine, "nonsense").await,
        report(&machine, &forged).await,
        report(&machine, dead.expose()).await,
        report(&machine, key.expose()).await,
        report(&machine, key.expose()).await,
    ];
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.text), (200, &answers[0].text));
    }
    assert!(!works(&machine, &key).await);
    let record = shown(&machine, &path).await;
    assert_eq!(record["state"], "revoked");
    assert_eq!(record["report"]["url"], "https://example.com/?token=[API key]");
    let trail = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={}", key.id())).await;
    assert_eq!(trail.data()["audits"][0]["actor"], "report");
    assert_eq!(trail.data()["audits"][0]["action"], "key.report");
    assert_eq!(trail.data()["count"], 2, "made, and reported once");
    assert!(!trail.text.contains(&key.expose()[21..]));
    let listed = machine.get(Who::OwnerKey, "/v2/api-keys?reported=true").await.data();
    assert_eq!((&listed["count"], &listed["apiKeys"][0]["name"]), (&json!(1), &json!("leaked")));
    for verb in ["enable", "rotate"] {
        let body = if verb == "rotate" { "{}" } else { "" };
        let reply = machine.post(Who::OwnerKey, &format!("{path}/{verb}"), body).await;
        assert_eq!(reply.status, 409, "{}", reply.text);
    }
}

#[tokio::test]
async fn an_organization_may_choose_to_be_told_only() {
    let machine = Machine::new();
    let settings = format!("/v2/organizations/{}/settings", machine.organization);
    let chosen = machine.get(Who::OwnerKey, &settings).await.data();
    assert_eq!(chosen["revokeReportedKeys"], json!(true), "unless somebody says otherwise");
    let told = r#"{"revokeReportedKeys":false}"#;
    let changed = machine.call(Who::OwnerKey, Method::PATCH, &settings, told).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.data()["revokeReportedKeys"], json!(false));
    let (path, key) = made(&machine, "leaked", json!({})).await;
    assert_eq!(report(&machine, key.expose()).await.status, 200);
    assert!(works(&machine, &key).await);
    let record = shown(&machine, &path).await;
    assert_eq!(
        (&record["state"], &record["report"]["source"]),
        (&json!("active"), &json!("a scanner"))
    );
}

#[tokio::test]
async fn reports_are_bounded_by_address() {
    let machine = Machine::new();
    let mut taken = 0;
    while report(&machine, "nonsense").await.status == 200 {
        taken += 1;
        assert!(taken < 1000);
    }
    assert_eq!(taken, 60);
    assert_snapshot!(report(&machine, "nonsense").await.refusal(), @"429 429 too many reports from this address: wait a minute and try again");
    machine.clock.pass_minutes(1);
    assert_eq!(report(&machine, "nonsense").await.status, 200);
}
