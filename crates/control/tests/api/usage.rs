//! How much keys are used, and when they were used last.

use crate::harness::{Machine, Who};
use insta::assert_snapshot;
use model::usage::{
    CallClass, CallOutcome, ClientLabel, Hour, LastUse, UsageBatch, UsageCount, UsageEntry,
};
use model::{Clock, ClusterId, GatewayId, KeyId, PresentedKey, Timestamp};
use serde_json::Value;
use std::fmt::Write;
use store::usage;

const DAY: i64 = 86_400_000;

/// What a gateway would have counted: so many days ago, with this key, so many calls.
fn count(machine: &Machine, days: i64, key: KeyId, cluster: ClusterId, calls: u64) -> UsageCount {
    let at = Timestamp::from_millis(machine.clock.now().millis() - days * DAY);
    let (class, outcome) = (CallClass::Read, CallOutcome::Ok);
    let entry = UsageEntry { key: Some(key), user: None, cluster: Some(cluster), class, outcome };
    UsageCount { hour: Hour::of(at), entry, calls }
}

fn record(machine: &Machine, counts: Vec<UsageCount>, last: Vec<(KeyId, LastUse)>) {
    let gateway = GatewayId::from_number(1).unwrap();
    let batch = UsageBatch { counts, last };
    assert_eq!(usage::record(&machine.store, gateway, 1, &batch).unwrap(), 0);
}

/// A machine with a cluster and some calls of the default key.
fn used() -> (Machine, ClusterId) {
    let machine = Machine::new();
    let cluster = machine.cluster("books");
    let key = machine.default_key.id();
    let mut refused = count(&machine, 1, key, cluster, 2);
    refused.entry.outcome = CallOutcome::Refused;
    record(&machine, vec![count(&machine, 0, key, cluster, 5), refused], Vec::new());
    (machine, cluster)
}

#[tokio::test]
async fn sums_are_made_by_what_is_asked() {
    let (machine, cluster) = used();
    let shown = machine.get(Who::OwnerKey, "/v2/usage?groupBy=day").await;
    assert_snapshot!(shown.shown());
    for by in ["key", "user", "cluster", "class", "hour", "day"] {
        let path = format!("/v2/usage?groupBy={by}&clusterId={cluster}&pageSize=5");
        let reply = machine.get(Who::ProjectOwner, &path).await;
        assert_eq!(reply.status.as_u16(), 200, "{by}");
        let lines = reply.data()["usage"].as_array().unwrap().clone();
        let calls: u64 = lines.iter().map(|line| line["calls"].as_u64().unwrap()).sum();
        assert_eq!(calls, 7, "{by}");
        assert_eq!(reply.data()["count"], lines.len());
    }
    let day = machine.get(Who::OwnerKey, "/v2/usage?from=2026-11-23&to=2026-11-24").await;
    assert_eq!(day.data()["usage"][0]["calls"], 5);
    assert_eq!(day.data()["count"], 1);
}

#[tokio::test]
async fn bad_requests_are_refused() {
    let (machine, _) = used();
    for query in [
        "groupBy=week",
        "groupBy=",
        "from=yesterday",
        "from=2026-02-30",
        "to=1",
        "from=2026-11-24&to=2026-11-23",
        "from=2026-11-23&to=2026-11-23",
        "apiKeyId=x",
        "clusterId=books",
        "projectId=1",
        "pageSize=0",
        "pageSize=101",
        "currentPage=0",
        "key=x",
        "from=2026-01-01&from=2026-01-01",
    ] {
        let reply = machine.get(Who::OwnerKey, &format!("/v2/usage?{query}")).await;
        assert_eq!(reply.status.as_u16(), 400, "{query}: {}", reply.shown());
    }
}

/// Members of a project see how much its clusters are used, and not by which key.
#[tokio::test]
async fn who_sees_what() {
    let (machine, cluster) = used();
    let key = machine.default_key.id();
    let project = machine.project;
    let mut table = String::new();
    for query in [
        "groupBy=day".to_owned(),
        "groupBy=key".to_owned(),
        format!("projectId={project}"),
        format!("projectId={project}&groupBy=key"),
        format!("clusterId={cluster}"),
        format!("clusterId={cluster}&groupBy=key"),
        format!("apiKeyId={key}"),
        format!("clusterId={cluster}&groupBy=user"),
        "groupBy=user".to_owned(),
    ] {
        let shown = query
            .replace(&project.to_string(), "PROJECT")
            .replace(&cluster.to_string(), "CLUSTER")
            .replace(&key.to_string(), "KEY");
        writeln!(table, "{shown}").unwrap();
        for who in Who::ALL {
            let reply = machine.get(who, &format!("/v2/usage?{query}")).await;
            let lines = reply.data()["usage"].as_array().map(Vec::len);
            let lines = lines.map_or_else(String::new, |lines| format!(", {lines} lines"));
            writeln!(table, "  {who:?}: {}{lines}", reply.status.as_u16()).unwrap();
        }
    }
    assert_snapshot!(table);
}

#[tokio::test]
async fn a_person_sees_what_their_own_key_did() {
    let (machine, cluster) = used();
    let plain = machine.credential(Who::MemberKey).unwrap();
    let own = PresentedKey::parse(plain.as_bytes()).unwrap().id();
    let gateway = GatewayId::from_number(2).unwrap();
    let batch = UsageBatch { counts: vec![count(&machine, 0, own, cluster, 3)], last: Vec::new() };
    usage::record(&machine.store, gateway, 1, &batch).unwrap();
    let path = format!("/v2/usage?apiKeyId={own}&groupBy=key");
    let reply = machine.get(Who::Member, &path).await;
    assert_eq!(reply.data()["usage"][0]["calls"], 3, "{}", reply.shown());
}

#[tokio::test]
async fn a_key_tells_when_it_was_used_last() {
    let machine = Machine::new();
    let key = machine.default_key.id();
    let path = format!("/v2/api-keys/{key}");
    let before = machine.get(Who::OwnerKey, &path).await;
    assert!(before.data()["lastUsedAt"].is_null());
    let client = ClientLabel::new(b"grpc-python/1.60.0");
    let last = LastUse { at: machine.clock.now(), from: [203, 0, 113, 9].into(), client };
    record(&machine, Vec::new(), vec![(key, last)]);
    let after = machine.get(Who::OwnerKey, &path).await;
    assert_eq!(after.data()["lastUsedAt"], last.at.to_string());
    assert_eq!(after.data()["lastUsedFrom"], "203.0.113.9");
    assert_eq!(after.data()["lastUsedClient"], "grpc-python/1.60.0");
    let path = format!("/v2/api-keys?projectId={}", machine.project);
    let listed = machine.get(Who::ProjectOwner, &path).await;
    assert_eq!(listed.data()["apiKeys"][0]["lastUsedAt"], last.at.to_string());
}

#[tokio::test]
async fn users_of_clusters_are_told_by_name_and_cluster() {
    let (machine, cluster) = used();
    let ada = machine.cluster_user(cluster, "ada");
    let path = format!("/v2/clusters/{cluster}/users/{ada}");
    let id = machine.store.read(|reader| {
        let name = model::cluster_user::ClusterUserName::new(&ada)?;
        Ok(store::cluster_users::find_by_name(reader, cluster, &name)?.unwrap().id)
    });
    let id = id.unwrap();
    let mut counted = count(&machine, 0, machine.default_key.id(), cluster, 3);
    counted.entry = UsageEntry { key: None, user: Some(id), ..counted.entry };
    let gateway = GatewayId::from_number(2).unwrap();
    let batch = UsageBatch { counts: vec![counted], last: Vec::new() };
    usage::record(&machine.store, gateway, 1, &batch).unwrap();
    let groups = async || {
        let path = format!("/v2/usage?groupBy=user&clusterId={cluster}");
        let lines = machine.get(Who::ProjectOwner, &path).await.data()["usage"].clone();
        let line =
            |line: &Value| (line["group"].as_str().unwrap().to_owned(), line["calls"].as_u64());
        lines.as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(groups().await, [(String::new(), Some(7)), (format!("{cluster}/ada"), Some(3))]);
    // Dropped, it keeps what it did.
    assert_eq!(machine.delete(Who::ProjectOwner, &path).await.status, 200);
    assert_eq!(groups().await[1], (id.to_string(), Some(3)));
}
