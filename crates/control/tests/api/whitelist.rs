//! Whitelists: who may change them, what they take, and what they ask before they lock one out.

use crate::harness::{Machine, Who};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Where every caller of the harness comes from.
const OWN: &str = "192.0.2.1";

fn path(machine: &Machine) -> String {
    format!("/v2/projects/{}/whitelist", machine.project)
}

async fn cidrs(machine: &Machine) -> Vec<Value> {
    let data = machine.get(Who::ProjectOwner, &path(machine)).await.data();
    let entries = data["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["cidr"].clone()).collect()
}

async fn put(machine: &Machine, body: &Value) -> crate::harness::Reply {
    machine.call(Who::ProjectOwner, Method::PUT, &path(machine), &body.to_string()).await
}

#[tokio::test]
async fn entries_are_normalised_and_listed_with_ones_own_address() {
    let machine = Machine::new();
    let body = json!({"cidr": "192.0.2.77/24", "description": "office"}).to_string();
    let added = machine.post(Who::ProjectOwner, &path(&machine), &body).await;
    assert_eq!((added.status.as_u16(), &added.data()["cidr"]), (200, &json!("192.0.2.0/24")));
    assert_eq!(added.data()["revocation"]["settled"], true);
    let body = json!({"cidr": "2001:db8::9/32"}).to_string();
    machine.post(Who::OwnerKey, &path(&machine), &body).await;
    let listed = machine.get(Who::OwnerSession, &path(&machine)).await;
    assert_snapshot!(listed.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "count": 2,
        "currentPage": 1,
        "entries": [
          {
            "cidr": "192.0.2.0/24",
            "createTime": "2026-11-23T18:33:22.007Z",
            "description": "office",
            "entryId": "[entry]"
          },
          {
            "cidr": "2001:db8::/32",
            "createTime": "2026-11-23T18:33:22.007Z",
            "description": "",
            "entryId": "[entry]"
          }
        ],
        "pageSize": 100,
        "yourAddress": "192.0.2.1",
        "yourAddressAdmitted": true
      }
    }
    "#);
    let gone = format!("{}/{}", path(&machine), added.data()["entryId"].as_str().unwrap());
    let asked = machine.delete(Who::ProjectOwner, &gone).await;
    assert_eq!(asked.status, 409, "the other entry does not let the caller in");
    let confirmed = format!("{gone}?confirmLockout=true");
    assert_eq!(machine.delete(Who::ProjectOwner, &confirmed).await.status, 200);
    let again = machine.delete(Who::ProjectOwner, &confirmed).await;
    assert_eq!(again.status, 404);
    let data = machine.get(Who::ProjectOwner, &path(&machine)).await.data();
    assert_eq!((&data["count"], &data["yourAddressAdmitted"]), (&json!(1), &json!(false)));
}

#[tokio::test]
async fn a_change_that_locks_the_caller_out_asks_first() {
    let machine = Machine::new();
    let elsewhere = json!({"cidr": "198.51.100.0/24"});
    let asked = machine.post(Who::OwnerKey, &path(&machine), &elsewhere.to_string()).await;
    assert_snapshot!(asked.refusal(), @"409 409 confirmLockout: the gateway would refuse your own address, 192.0.2.1, for every cluster of this project (the control API is not affected): send true if you mean it");
    assert!(cidrs(&machine).await.is_empty(), "nothing was changed");
    let asked = put(&machine, &json!({"entries": [elsewhere]})).await;
    assert_eq!(asked.status, 409);
    let meant = json!({"entries": [elsewhere], "confirmLockout": true});
    assert_eq!(put(&machine, &meant).await.status, 200);
    // Who is out already is not asked again, and the control API serves them still.
    let more = json!({"cidr": "198.51.101.0/24"}).to_string();
    assert_eq!(machine.post(Who::OwnerKey, &path(&machine), &more).await.status, 200);
    assert_eq!(put(&machine, &json!({"entries": [{"cidr": OWN}]})).await.status, 200);
    assert_eq!(cidrs(&machine).await, ["192.0.2.1/32"]);
    assert_eq!(put(&machine, &json!({"entries": []})).await.status, 200);
    assert!(cidrs(&machine).await.is_empty());
}

#[tokio::test]
async fn a_replacement_keeps_what_stays() {
    let machine = Machine::new();
    let both = json!({"entries": [{"cidr": OWN}, {"cidr": "10.0.0.0/8", "description": "a"}]});
    let first = put(&machine, &both).await.data();
    machine.clock.pass_minutes(1);
    let next = json!({"entries": [{"cidr": "::1"}, {"cidr": OWN, "description": "mine"}]});
    let second = put(&machine, &next).await.data();
    let kept = &second["entries"][0];
    assert_eq!((&kept["cidr"], &kept["description"]), (&json!("192.0.2.1/32"), &json!("mine")));
    assert!(first["entries"].as_array().unwrap().iter().any(|e| e["entryId"] == kept["entryId"]));
    assert_eq!(cidrs(&machine).await, ["192.0.2.1/32", "::1/128"]);
    let record = machine.get(Who::OwnerKey, "/v2/audit?pageSize=1").await.data();
    let record = &record["audits"][0];
    assert_eq!(record["action"], "whitelist.update");
    assert_eq!(record["before"]["cidrs"], json!(["10.0.0.0/8", "192.0.2.1/32"]));
    assert_eq!(record["after"]["cidrs"], json!(["192.0.2.1/32", "::1/128"]));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let machine = Machine::new();
    let many: Vec<_> = (0..21).map(|n| json!({"cidr": format!("10.0.{n}.0/24")})).collect();
    let long = "x".repeat(256);
    let mut refusals = Vec::new();
    for body in [
        json!({}),
        json!({"entries": null}),
        json!({"entries": [{}]}),
        json!({"entries": [{"cidr": "10.0.0.0/33"}]}),
        json!({"entries": [{"cidr": "10.0.0"}]}),
        json!({"entries": [{"cidr": "example.com"}]}),
        json!({"entries": [{"cidr": OWN, "description": long}]}),
        json!({"entries": [{"cidr": OWN, "comment": ""}]}),
        json!({"entries": [{"cidr": "192.0.2.1/20"}, {"cidr": "192.0.3.9/20"}]}),
        json!({"entries": [{"cidr": "::ffff:192.0.2.1"}, {"cidr": OWN}]}),
        json!({"entries": many, "confirmLockout": true}),
        json!({"entries": [], "confirmLockout": "yes"}),
    ] {
        refusals.push(put(&machine, &body).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r"
    400 80000 entries: is required: send an empty list to let everybody in
    400 80000 entries: is required: send an empty list to let everybody in
    400 80000 entries[0].cidr: is required
    400 80000 entries[0].cidr: must be an address or a block in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32
    400 80000 entries[0].cidr: must be an address or a block in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32
    400 80000 entries[0].cidr: must be an address or a block in CIDR notation, such as 203.0.113.0/24 or 2001:db8::/32
    400 80000 entries[0].description: is 256 characters long; at most 255 are allowed
    400 80000 entries[0].comment: is not a field of this request
    409 409 cidr: the whitelist has an entry for 192.0.0.0/20 already
    409 409 cidr: the whitelist has an entry for 192.0.2.1/32 already
    429 429 a project's whitelist may have 20 entries
    400 80000 confirmLockout: must be true or false, not a text
    ");
    assert!(cidrs(&machine).await.is_empty(), "nothing was changed");
    let body = json!({"entries": &many[..20], "confirmLockout": true});
    assert_eq!(put(&machine, &body).await.status, 200);
    let one = json!({"cidr": OWN}).to_string();
    let full = machine.post(Who::ProjectOwner, &path(&machine), &one).await;
    assert_snapshot!(full.refusal(), @"429 429 a project's whitelist may have 20 entries");
    let again = json!({"cidr": "10.0.0.7/24"}).to_string();
    let twice = machine.post(Who::ProjectOwner, &path(&machine), &again).await;
    assert_snapshot!(twice.refusal(), @"409 409 cidr: the whitelist has an entry for 10.0.0.0/24 already");
    let bad = format!("{}/wl-x", path(&machine));
    assert_eq!(machine.delete(Who::ProjectOwner, &bad).await.status, 404);
    let entry = machine.get(Who::ProjectOwner, &path(&machine)).await.data()["entries"][0].clone();
    let bad = format!("{}/{}?confirmLockout=1", path(&machine), entry["entryId"].as_str().unwrap());
    assert_eq!(machine.delete(Who::ProjectOwner, &bad).await.status, 400);
}

#[tokio::test]
async fn an_entry_is_removed_in_its_own_project_only() {
    let machine = Machine::new();
    let entry = machine.whitelist_entry(OWN);
    let other = machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"two"}"#).await;
    let other = other.data().as_str().unwrap().to_owned();
    let path = format!("/v2/projects/{other}/whitelist/{entry}");
    assert_eq!(machine.delete(Who::OwnerKey, &path).await.status, 404);
    assert_eq!(cidrs(&machine).await, ["192.0.2.1/32"]);
}
