//! The life of a cluster: made, renamed, given a port, suspended, resumed, dropped with its data.

use crate::harness::{Machine, Reply, Who};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

async fn create(machine: &Machine, verb: &str, more: &Value) -> Reply {
    let mut body = json!({"projectId": machine.project.to_string(), "clusterName": "one"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    machine.post(Who::ProjectOwner, &format!("/v2/clusters/{verb}"), &body.to_string()).await
}

async fn newest_record(machine: &Machine) -> Value {
    machine.get(Who::OwnerKey, "/v2/audit?pageSize=1").await.data()["audits"][0].clone()
}

#[tokio::test]
async fn a_cluster_is_made_under_every_name_the_managed_cloud_has_for_it() {
    let machine = Machine::new();
    for (verb, more) in [
        ("create", json!({"engine": "lite", "description": "first"})),
        ("createFree", json!({"clusterName": "two", "regionId": "self-hosted"})),
        ("createServerless", json!({"clusterName": "three", "plan": "Serverless"})),
        (
            "createDedicated",
            json!({"clusterName": "four", "plan": "Enterprise", "cuType": "Performance-optimized",
                "cuSize": 1}),
        ),
    ] {
        let made = create(&machine, verb, &more).await;
        assert_eq!(made.status, 200, "{verb}: {}", made.text);
        let data = made.data();
        assert_eq!((&data["engine"], &data["username"]), (&json!("lite"), &json!("db_admin")));
        assert_eq!(data["password"].as_str().unwrap().len(), 20);
        assert!(data["clusterId"].as_str().unwrap().starts_with("in01-"));
        assert!(data["prompt"].as_str().unwrap().contains("API key"));
        assert!(data["connectAddress"].as_str().unwrap().starts_with("http://"));
    }
    let mut refusals = Vec::new();
    for more in [
        json!({}),
        json!({"clusterName": "five", "engine": "milvus"}),
        json!({"clusterName": "five", "regionId": "aws-us-west-2"}),
        json!({"clusterName": "five", "cuSize": "1"}),
        json!({"clusterName": "five", "cuSize": -1}),
        json!({"clusterName": "five", "replica": 1}),
        json!({"clusterName": "f i v e"}),
        json!({"clusterName": "five", "port": 20_000}),
    ] {
        refusals.push(create(&machine, "create", &more).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    409 80010 clusterName: the project has a cluster named one already
    400 80000 engine: must be "lite": attach a Milvus of your own with POST /v2/clusters/attach
    400 80000 regionId: must be "self-hosted", the only region
    400 80000 cuSize: must be a number, not a text
    400 80000 cuSize: must be a whole number from 0 to 1000000
    400 80000 replica: is not a field of this request
    400 80009 clusterName: must be 1 to 64 letters (a-z, A-Z), digits and hyphens
    409 409 port: another cluster has port 20000
    "#);
    let listed = machine.get(Who::Member, "/v2/clusters").await.data();
    assert_eq!(listed["count"], 4);
}

#[tokio::test]
async fn a_cluster_is_renamed_and_described() {
    let machine = Machine::new();
    let id = machine.cluster("one");
    machine.cluster("other");
    let path = format!("/v2/clusters/{id}");
    let patch = async |body: &Value| {
        machine.call(Who::ProjectOwner, Method::PATCH, &path, &body.to_string()).await
    };
    let renamed = patch(&json!({"clusterName": "live"})).await.data();
    assert_eq!((&renamed["clusterName"], &renamed["description"]), (&json!("live"), &json!("")));
    assert_eq!(renamed["revocation"]["settled"], true);
    let record = newest_record(&machine).await;
    assert_eq!(
        (&record["action"], &record["resource"]),
        (&json!("cluster.update"), &json!(id.to_string()))
    );
    assert_eq!(
        (&record["before"], &record["after"]),
        (&json!({"name": "one"}), &json!({"name": "live"}))
    );
    let body = json!({"description": "busy"}).to_string();
    let modified = machine.post(Who::OwnerKey, &format!("{path}/modify"), &body).await.data();
    assert_eq!(
        (&modified["clusterName"], &modified["description"]),
        (&json!("live"), &json!("busy"))
    );
    assert_snapshot!(patch(&json!({})).await.refusal(), @"400 80000 say what is to change: clusterName, description or both");
    assert_snapshot!(patch(&json!({"clusterName": "other"})).await.refusal(), @"409 80010 clusterName: the project has a cluster named other already");
    assert_snapshot!(patch(&json!({"clusterName": "in01-a"})).await.refusal(), @r#"400 80009 clusterName: must not start with "in01-""#);
    assert_snapshot!(patch(&json!({"cuSize": 2})).await.refusal(), @"400 80000 cuSize: is not a field of this request");
}

#[tokio::test]
async fn a_cluster_is_given_a_port_and_loses_it() {
    let machine = Machine::new();
    let (one, two) = (machine.cluster("one"), machine.cluster("two"));
    let path = format!("/v2/clusters/{one}/port");
    let put = async |path: &str, body: Value| {
        machine.call(Who::ProjectOwner, Method::PUT, path, &body.to_string()).await
    };
    let set = put(&path, json!({"port": 19_540})).await.data();
    assert_eq!(
        (&set["port"], &set["connectAddress"]),
        (&json!(19_540), &json!("http://localhost:19540"))
    );
    let other = format!("/v2/clusters/{two}/port");
    assert_snapshot!(put(&other, json!({"port": 19_540})).await.refusal(), @"409 409 port: another cluster has port 19540");
    assert_eq!(put(&other, json!({"free": true})).await.data()["port"], 20_000);
    for bad in
        [json!({}), json!({"free": false}), json!({"port": 1, "free": true}), json!({"port": 0})]
    {
        assert_eq!(put(&path, bad.clone()).await.status, 400, "{bad}");
    }
    let gone = machine.delete(Who::ProjectOwner, &path).await.data();
    assert_eq!(
        (gone.get("port"), gone["connectAddress"] == format!("http://{one}.localhost:19530")),
        (None, true)
    );
}

#[tokio::test]
async fn a_cluster_is_suspended_once_and_resumed_once() {
    let machine = Machine::new();
    let id = machine.cluster("one");
    let path = format!("/v2/clusters/{id}");
    let post =
        async |verb: &str| machine.post(Who::ProjectOwner, &format!("{path}/{verb}"), "").await;
    assert_snapshot!(post("resume").await.refusal(), @"409 40003 status: cluster one is not suspended");
    let suspended = post("suspend").await.data();
    assert_eq!(
        (&suspended["status"], &suspended["revocation"]["settled"]),
        (&json!("SUSPENDED"), &json!(true))
    );
    let record = newest_record(&machine).await;
    assert_eq!(
        (&record["before"], &record["after"]),
        (&json!({"service": "open"}), &json!({"service": "suspended"}))
    );
    assert_snapshot!(post("suspend").await.refusal(), @"409 40003 status: cluster one is suspended already");
    let shown = machine.get(Who::Member, &path).await.data();
    assert_eq!(shown["status"], "SUSPENDED");
    assert!(shown["statusMessage"].as_str().unwrap().contains("resume it"));
    // It is still there to be renamed, and to be dropped.
    let body = r#"{"clusterName":"idle"}"#;
    assert_eq!(
        machine.call(Who::OwnerKey, Method::PATCH, &path, body).await.data()["status"],
        "SUSPENDED"
    );
    assert_eq!(post("resume").await.data()["status"], "RUNNING");
    assert_eq!(machine.get(Who::Member, &path).await.data()["status"], "RUNNING");
    post("suspend").await;
    assert_eq!(machine.delete(Who::OwnerKey, &format!("{path}/drop")).await.status, 200);
    assert_eq!(post("resume").await.code(), Some(40_021));
}

#[tokio::test]
async fn data_is_deleted_only_when_that_is_said() {
    let machine = Machine::new();
    let (kept, gone) = (machine.cluster("kept"), machine.cluster("gone"));
    let drop = async |id: &str, query: &str| {
        machine.delete(Who::ProjectOwner, &format!("/v2/clusters/{id}/drop{query}")).await
    };
    let reply = drop(&kept.to_string(), "").await.data();
    assert_eq!(reply["dataDeleted"], false);
    assert!(reply["prompt"].as_str().unwrap().contains(&format!("clusters/{kept}")));
    assert_eq!(drop(&gone.to_string(), "?deleteData=yes").await.status, 400);
    assert!(machine.watch.erased.lock().unwrap().is_empty());
    assert_eq!(drop(&gone.to_string(), "?deleteData=true").await.data()["dataDeleted"], true);
    assert_eq!(*machine.watch.erased.lock().unwrap(), [gone]);
    let body = json!({"projectId": machine.project.to_string(), "clusterName": "theirs",
        "uri": "http://milvus:19530"});
    let theirs = machine.post(Who::OwnerKey, "/v2/clusters/attach", &body.to_string()).await.data();
    let theirs = theirs["clusterId"].as_str().unwrap();
    assert_snapshot!(drop(theirs, "?deleteData=true").await.refusal(), @"400 80000 deleteData: the data of an attached Milvus is not Keyward's to delete: leave this out, and delete it there");
    assert_eq!(drop(theirs, "?deleteData=false").await.data()["dataDeleted"], false);
}

#[tokio::test]
async fn programs_connect_to_the_clusters_own_address() {
    let machine = Machine::new();
    let id = machine.cluster("one");
    let path = format!("/v2/clusters/{id}/connect");
    let all = machine.get(Who::ProjectKey, &path).await.data();
    let endpoint = all["endpoint"].as_str().unwrap();
    assert_eq!(endpoint, format!("http://{id}.localhost:19530"));
    let snippets = all["snippets"].as_array().unwrap();
    let names: Vec<_> = snippets.iter().map(|snippet| snippet["sdk"].as_str().unwrap()).collect();
    assert_eq!(names, ["python", "node", "java", "go", "rest"]);
    for snippet in snippets {
        let code = snippet["code"].as_str().unwrap();
        assert!(code.contains(endpoint) && code.contains("MILVUS_TOKEN"), "{code}");
        assert!(!code.contains("kw_"), "no key is in a program");
    }
    let one = machine.get(Who::Member, &format!("{path}?sdk=go")).await.data();
    assert_eq!(one["snippets"].as_array().unwrap().len(), 1);
    assert_eq!(machine.get(Who::Member, &format!("{path}?sdk=cobol")).await.status, 400);
}

#[tokio::test]
async fn there_is_one_cloud_with_one_region() {
    let machine = Machine::new();
    let clouds = machine.get(Who::ProjectKey, "/v2/clouds").await.data();
    assert_eq!(clouds[0]["cloudId"], "self-hosted");
    let host = [(axum::http::header::HOST, "keyward.example:8080")];
    let regions = async |query: &str| {
        let path = format!("/v2/regions{query}");
        machine.send(Who::Member, Method::GET, &path, &host, Vec::new()).await.data()
    };
    let expected = json!([{"cloudId": "self-hosted", "regionId": "self-hosted",
        "apiBaseUrl": "https://keyward.example.com", "domain": "keyward.example.com"}]);
    assert_eq!(regions("").await, expected);
    assert_eq!(regions("?cloudId=self-hosted").await, expected);
    assert_eq!(regions("?cloudId=aws").await, json!([]));
}
