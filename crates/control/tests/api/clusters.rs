//! Clusters: attached, seen, detached.

use crate::harness::{Machine, Who};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn attachment(machine: &Machine, more: &Value) -> String {
    let mut request = json!({"projectId": machine.project.to_string(), "clusterName": "prod",
        "uri": "https://milvus.example.com:19530"});
    let fields = request.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    request.to_string()
}

#[tokio::test]
async fn a_cluster_is_attached_seen_and_detached() {
    let machine = Machine::new();
    let request = attachment(
        &machine,
        &json!({"description": "the big one", "token": "root:Milvus", "port": 19531}),
    );
    let reply = machine.post(Who::ProjectOwner, "/v2/clusters/attach", &request).await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "activation": {
          "gateways": [
            {
              "confirmedAt": "2026-11-23T18:33:22.007Z",
              "confirmedBy": "applied",
              "gatewayId": "[gateway]"
            },
            {
              "confirmedAt": "2026-11-23T18:33:22.007Z",
              "confirmedBy": "leaseExpired",
              "gatewayId": "[gateway]"
            }
          ],
          "revision": 7,
          "settled": true
        },
        "clusterId": "[cluster]",
        "clusterName": "prod",
        "connectAddress": "http://localhost:19531",
        "createProgress": 100,
        "createTime": "2026-11-23T18:33:22.007Z",
        "cuSize": 0,
        "cuType": "",
        "description": "the big one",
        "engine": "attached",
        "password": "[password]",
        "plan": "Enterprise",
        "port": 19531,
        "privateLinkAddress": "",
        "projectId": "[project]",
        "regionId": "self-hosted",
        "snapshotNumber": 0,
        "status": "RUNNING",
        "storageSize": 0,
        "uri": "https://milvus.example.com:19530",
        "username": "db_admin",
        "version": "2.6.0"
      }
    }
    "#);
    let id = reply.data()["clusterId"].as_str().unwrap().to_owned();
    let shown = machine.get(Who::Member, &format!("/v2/clusters/{id}")).await;
    let mut attached = reply.data();
    attached.as_object_mut().unwrap().remove("activation");
    for once in ["username", "password"] {
        attached.as_object_mut().unwrap().remove(once);
    }
    assert_eq!(shown.data(), attached);
    let dropped = machine.delete(Who::OwnerKey, &format!("/v2/clusters/{id}/drop")).await;
    assert_eq!(dropped.data()["clusterName"], "prod");
    assert_eq!(dropped.data()["revocation"]["settled"], true);
    let gone = machine.get(Who::OwnerKey, &format!("/v2/clusters/{id}")).await;
    assert_snapshot!(gone.refusal().replace(&id, "[cluster]"), @"404 40021 there is no cluster [cluster], or you may not see it");
    for reply in [reply, shown, dropped] {
        assert!(!reply.text.contains("root:Milvus"), "the credential leaked");
    }
}

#[tokio::test]
async fn a_cluster_without_a_port_is_reached_by_its_host_name() {
    let machine = Machine::new();
    let id = machine.cluster("lite");
    let data = machine.get(Who::ProjectKey, &format!("/v2/clusters/{id}")).await.data();
    assert_eq!(data["connectAddress"], format!("http://{id}.localhost:19530"));
    assert_eq!(data["engine"], "lite");
    assert_eq!(data.get("uri"), None);
}

#[tokio::test]
async fn taken_names_and_ports_are_conflicts() {
    let machine = Machine::new();
    let first = attachment(&machine, &json!({"port": 19531}));
    assert_eq!(machine.post(Who::OwnerKey, "/v2/clusters/attach", &first).await.status, 200);
    let same_name = attachment(&machine, &json!({}));
    let reply = machine.post(Who::OwnerKey, "/v2/clusters/attach", &same_name).await;
    assert_snapshot!(reply.refusal(), @"409 80010 clusterName: the project has a cluster named prod already");
    let same_port = attachment(&machine, &json!({"clusterName": "second", "port": 19531}));
    let reply = machine.post(Who::OwnerKey, "/v2/clusters/attach", &same_port).await;
    assert_snapshot!(reply.refusal(), @"409 409 port: another cluster has port 19531");
}

#[tokio::test]
async fn input_for_clusters_is_refused_with_the_numbers_clients_know() {
    let machine = Machine::new();
    let mut refusals = Vec::new();
    for more in [
        json!({"clusterName": "a b"}),
        json!({"description": "x".repeat(256)}),
        json!({"uri": "ftp://somewhere"}),
        json!({"port": 0}),
        json!({"port": "19531"}),
        json!({"token": ""}),
        json!({"token": "a\nb"}),
        json!({"projectId": "default"}),
        json!({"regionId": "aws"}),
    ] {
        let request = attachment(&machine, &more);
        let reply = machine.post(Who::OwnerKey, "/v2/clusters/attach", &request).await;
        refusals.push(reply.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80009 clusterName: must be 1 to 64 letters (a-z, A-Z), digits and hyphens
    400 80011 description: is 256 characters long; at most 255 are allowed
    400 80000 uri: must be the address of a Milvus, such as http://milvus.example.com:19530
    400 80000 port: must be a TCP port from 1 to 65535
    400 80000 port: must be a number, not a text
    400 80000 token: must be "user:password" or a token of the Milvus, at most 1024 bytes and without control characters
    400 80000 token: must be "user:password" or a token of the Milvus, at most 1024 bytes and without control characters
    400 80000 projectId: not a valid id of this kind: it starts with "proj-" and has a fixed length
    400 80000 regionId: is not a field of this request
    "#);
}

#[tokio::test]
async fn a_list_goes_through_the_callers_projects_page_by_page() {
    let machine = Machine::new();
    for number in 0..7 {
        machine.cluster(&format!("a-{number}"));
    }
    let created = machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"other"}"#).await;
    let other = created.data().as_str().unwrap().to_owned();
    for number in 0..4 {
        let request = json!({"projectId": other, "clusterName": format!("b-{number}"),
            "uri": "milvus:19530"});
        machine.post(Who::OwnerKey, "/v2/clusters/attach", &request.to_string()).await;
    }
    let mut seen = Vec::new();
    for page in 1..=4 {
        let path = format!("/v2/clusters?pageSize=5&currentPage={page}");
        let data = machine.get(Who::OwnerKey, &path).await.data();
        assert_eq!((&data["count"], &data["currentPage"]), (&json!(11), &json!(page)));
        let clusters = data["clusters"].as_array().unwrap();
        assert_eq!(clusters.len(), [5, 5, 1, 0][page - 1]);
        seen.extend(clusters.iter().map(|cluster| cluster["clusterId"].to_string()));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 11, "each is on one page exactly");
    let data = machine.get(Who::Member, "/v2/clusters").await.data();
    assert_eq!(data["count"], 7);
    let data = machine.get(Who::OwnerKey, &format!("/v2/clusters?projectId={other}")).await.data();
    assert_eq!(data["count"], 4);
    let reply = machine.get(Who::Member, &format!("/v2/clusters?projectId={other}")).await;
    assert_eq!(reply.status, 404);
}
