//! API keys from making to deleting.

use crate::harness::{Machine, Who};
use axum::http::{Method, header};
use insta::assert_snapshot;
use model::ApiKey;
use model::scope::ClusterScope;
use serde_json::json;

fn body(machine: &Machine, name: &str, role: &str) -> String {
    json!({
        "name": name,
        "description": "for the search page",
        "orgRole": "Member",
        "projects": [{
            "projectId": machine.project.to_string(),
            "role": role,
            "allCluster": true,
            "allVolume": true,
            "volumeIds": [],
        }],
    })
    .to_string()
}

async fn made(machine: &Machine, name: &str) -> (String, ApiKey) {
    let body = body(machine, name, "Read-Write");
    let reply = machine.post(Who::OwnerKey, "/v2/apiKeys", &body).await;
    let data = reply.data();
    let plain = data["apiKey"].as_str().and_then(|key| ApiKey::parse(key.as_bytes()));
    (format!("/v2/apiKeys/{}", data["apiKeyId"].as_str().unwrap()), plain.unwrap())
}

#[tokio::test]
async fn a_list_goes_on_from_a_cursor() {
    let machine = Machine::new();
    for number in 0..7 {
        made(&machine, &format!("k{number}")).await;
    }
    let mut names: Vec<String> = Vec::new();
    let list = format!("/v2/apiKeys?projectId={}&pageSize=3&sortBy=name", machine.project);
    let (mut path, mut parts) = (list.clone(), 0);
    loop {
        let data = machine.get(Who::OwnerKey, &path).await.data();
        assert_eq!(data["count"], 8, "with the default key: {data}");
        assert_eq!(data.get("currentPage").is_some(), parts == 0, "{data}");
        let keys = data["apiKeys"].as_array().unwrap();
        names.extend(keys.iter().map(|key| key["name"].as_str().unwrap().to_owned()));
        parts += 1;
        let Some(cursor) = data["nextCursor"].as_str() else { break };
        path = format!("{list}&cursor={cursor}");
    }
    assert_eq!((parts, names.join(" ").as_str()), (3, "default k0 k1 k2 k3 k4 k5 k6"));
    let narrowed = machine.get(Who::OwnerKey, &format!("{path}&search=k")).await;
    assert!(narrowed.data().get("count").is_none(), "what takes a look at each key is not counted");
    let mut refusals = Vec::new();
    for bad in [
        format!("{path}&currentPage=2"),
        format!("{list}&cursor=x"),
        path.replace("sortBy=name", "sortBy=used"),
    ] {
        refusals.push(machine.get(Who::OwnerKey, &bad).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r"
    400 80000 cursor: cannot be given together with currentPage
    400 80000 cursor: is not a cursor that a list of keys gave
    400 80000 cursor: is a cursor of a list in another order
    ");
}

#[tokio::test]
async fn a_key_is_made_and_read_in_the_managed_clouds_shapes() {
    let machine = Machine::new();
    let request = body(&machine, "search", "Read-Only");
    let reply = machine.post(Who::OwnerSession, "/v2/api-keys", &request).await;
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
        "apiKey": "[api key]",
        "apiKeyId": "[key]"
      }
    }
    "#);
    let id = reply.data()["apiKeyId"].as_str().unwrap().to_owned();
    let reply = machine.get(Who::OwnerKey, &format!("/v2/apiKeys/{id}")).await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "apiKeyId": "[key]",
        "createTime": "2026-11-23T18:33:22.007Z",
        "createdBy": "[user]",
        "creatorName": "ada@example.com",
        "description": "for the search page",
        "expiresSoon": false,
        "isDefault": false,
        "liveCalls": 7,
        "manageKeys": false,
        "name": "search",
        "orgRole": "Member",
        "projects": [
          {
            "allCluster": true,
            "allVolume": true,
            "clusters": [],
            "projectId": "[project]",
            "projectName": "default",
            "role": "Read-Only",
            "volumes": []
          }
        ],
        "revision": 7,
        "state": "active"
      }
    }
    "#);
    assert_eq!(reply.header("etag"), format!("\"{}\"", reply.data()["revision"]));
}

#[tokio::test]
async fn a_key_may_be_narrowed_to_clusters_of_its_project() {
    let machine = Machine::new();
    let cluster = machine.cluster("one");
    machine.cluster("two");
    let entry = json!({"projectId": machine.project.to_string(), "role": "Admin",
        "allCluster": false, "clusterIds": [cluster.to_string()]});
    let request = json!({"name": "narrow", "projects": [entry]}).to_string();
    let reply = machine.post(Who::ProjectOwner, "/v2/apiKeys", &request).await;
    let path = format!("/v2/apiKeys/{}", reply.data()["apiKeyId"].as_str().unwrap());
    let shown = machine.get(Who::ProjectOwner, &path).await.data();
    assert_eq!(shown["projects"][0]["allCluster"], false);
    assert_eq!(
        shown["projects"][0]["clusters"],
        json!([{"clusterId": cluster.to_string(), "clusterName": "one"}])
    );
    // The cluster goes away; the key stays narrow and does not become a key of all clusters.
    machine.delete(Who::ProjectOwner, &format!("/v2/clusters/{cluster}/drop")).await;
    let shown = machine.get(Who::ProjectOwner, &path).await.data();
    assert_eq!(shown["projects"][0]["allCluster"], false);
    assert_eq!(shown["projects"][0]["clusters"], json!([]));
}

#[tokio::test]
async fn clusters_and_projects_of_others_cannot_be_named() {
    let machine = Machine::new();
    let created = machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"other"}"#).await;
    let other = created.data().as_str().unwrap().to_owned();
    let cluster = machine.cluster("one");
    let entry = json!({"projectId": other, "role": "Admin", "clusterIds": [cluster.to_string()]});
    let request = json!({"name": "x", "projects": [entry]}).to_string();
    let reply = machine.post(Who::OwnerKey, "/v2/apiKeys", &request).await;
    let text = reply.refusal().replace(&cluster.to_string(), "[cluster]");
    assert_snapshot!(text, @"400 80020 clusterIds: the project has no cluster [cluster]");
    // An owner of one project has no say in another.
    let entry = json!({"projectId": other, "role": "Admin", "allCluster": true});
    let request = json!({"name": "x", "projects": [entry]}).to_string();
    let reply = machine.post(Who::ProjectOwner, "/v2/apiKeys", &request).await;
    assert_snapshot!(reply.refusal().replace(&other, "[project]"), @"404 404 there is no project [project], or you may not see it");
}

#[tokio::test]
async fn a_list_is_searched_paged_and_never_wider_than_the_caller() {
    let machine = Machine::new();
    let created = machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"other"}"#).await;
    let other = created.data().as_str().unwrap().parse().unwrap();
    for name in ["alpha", "beta", "beta-2"] {
        machine.key(name);
    }
    machine.key_of(other, "elsewhere", ClusterScope::All);
    let names = async |who, query: &str| {
        let data = machine.get(who, &format!("/v2/apiKeys?{query}")).await.data();
        let keys = data["apiKeys"].as_array().unwrap();
        let mut names: Vec<_> =
            keys.iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        format!("{} of {}: {}", names.len(), data["count"], names.join(" "))
    };
    let project = machine.project;
    assert_snapshot!(names(Who::OwnerKey, "").await, @"7 of 7: alpha beta beta-2 default default elsewhere personal");
    assert_snapshot!(names(Who::ProjectOwner, "").await, @"4 of 4: alpha beta beta-2 default");
    assert_snapshot!(names(Who::OwnerKey, &format!("projectId={project}")).await, @"4 of 4: alpha beta beta-2 default");
    assert_snapshot!(names(Who::OwnerKey, "search=BETA").await, @"2 of 2: beta beta-2");
    assert_snapshot!(names(Who::ProjectOwner, "search=elsewhere").await, @"0 of 0:");
    // Which page a key is on depends on its id; each is on one.
    let mut paged = Vec::new();
    for page in 1..=3 {
        let page = names(Who::OwnerKey, &format!("pageSize=3&currentPage={page}")).await;
        let (count, listed) = page.split_once(": ").unwrap();
        paged.push(count.to_owned());
        paged.extend(listed.split(' ').map(str::to_owned));
    }
    paged.sort();
    assert_snapshot!(paged.join(", "), @"1 of 7, 3 of 7, 3 of 7, alpha, beta, beta-2, default, default, elsewhere, personal");
    let refused = machine.get(Who::ProjectOwner, &format!("/v2/apiKeys?projectId={other}")).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn no_answer_but_creation_and_view_carries_a_key() {
    let machine = Machine::new();
    let (path, plain) = made(&machine, "secret").await;
    let view = machine.post(Who::OwnerKey, &format!("{path}/view"), "").await;
    assert_eq!(view.data()["apiKey"], plain.expose());
    let rename = body(&machine, "renamed", "Read-Write");
    let replies = [
        machine.get(Who::OwnerKey, &path).await,
        machine.get(Who::OwnerKey, "/v2/apiKeys").await,
        machine.call(Who::OwnerKey, Method::PUT, &path, &rename).await,
        machine.get(Who::OwnerKey, "/v2/audit").await,
        machine.delete(Who::OwnerKey, &path).await,
        machine.post(Who::OwnerKey, &format!("{path}/view"), "").await,
    ];
    for reply in replies {
        assert!(!reply.text.contains(&plain.expose()[21..]), "{}", reply.text);
    }
}

#[tokio::test]
async fn a_personal_key_is_viewed_by_its_person_only() {
    let machine = Machine::new();
    let key = ApiKey::parse(machine.credential(Who::OwnerKey).unwrap().as_bytes()).unwrap();
    let path = format!("/v2/apiKeys/{}", key.id());
    let own = machine.post(Who::OwnerSession, &format!("{path}/view"), "").await;
    assert_eq!(own.data()["apiKey"], key.expose());
    // A second owner sees that the key exists, and may delete it, but not what it is.
    machine.promote(Who::Colleague);
    assert_eq!(machine.get(Who::Colleague, &path).await.data()["orgRole"], "Owner");
    let reply = machine.post(Who::Colleague, &format!("{path}/view"), "").await;
    assert_snapshot!(reply.refusal(), @"403 403 your role does not allow this (key.reveal): ask an owner of the project or organization");
    assert_eq!(machine.delete(Who::Colleague, &path).await.status, 200);
    assert_eq!(machine.get(Who::OwnerKey, "/v2/projects").await.status, 401);
}

#[tokio::test]
async fn a_replacement_is_whole_and_guarded_by_its_revision() {
    let machine = Machine::new();
    let (path, _) = made(&machine, "before").await;
    let tag = machine.get(Who::OwnerKey, &path).await.header("etag").to_owned();
    let put = async |tag: &str| {
        let request = json!({"name": "after", "projects": [{
            "projectId": machine.project.to_string(), "role": "Read-Only", "allCluster": true}]});
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::IF_MATCH, tag)];
        let body = request.to_string().into_bytes();
        machine.send(Who::OwnerKey, Method::PUT, &path, &headers, body).await
    };
    assert_snapshot!(put("\"1\"").await.refusal(), @"412 412 If-Match: the key has changed since you read it: read it again, then repeat your change");
    for bad in ["", "W/\"1\"", "one", "\"1", "-1", "99999999999999999999"] {
        assert_eq!(put(bad).await.status, 400, "{bad}");
    }
    let reply = put(&tag).await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "apiKeyId": "[key]",
        "createTime": "2026-11-23T18:33:22.007Z",
        "createdBy": "[user]",
        "creatorName": "ada@example.com",
        "expiresSoon": false,
        "isDefault": false,
        "manageKeys": false,
        "name": "after",
        "orgRole": "Member",
        "parentKeyId": "[key]",
        "projects": [
          {
            "allCluster": true,
            "allVolume": true,
            "clusters": [],
            "projectId": "[project]",
            "projectName": "default",
            "role": "Read-Only",
            "volumes": []
          }
        ],
        "revision": 8,
        "revocation": {
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
          "revision": 8,
          "settled": true
        },
        "state": "active"
      }
    }
    "#);
    assert_eq!(put(&tag).await.status, 412, "the tag is used up");
    assert_eq!(put("*").await.status, 200);
}

#[tokio::test]
async fn a_key_cannot_move_and_a_personal_key_has_no_role() {
    let machine = Machine::new();
    let created = machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"other"}"#).await;
    let other = created.data().as_str().unwrap().to_owned();
    let (path, _) = made(&machine, "settled").await;
    let moved = json!({"name": "settled", "projects": [
        {"projectId": other, "role": "Admin", "allCluster": true}]});
    let reply = machine.call(Who::OwnerKey, Method::PUT, &path, &moved.to_string()).await;
    assert_snapshot!(reply.refusal(), @"400 80000 projects: must name the key's own project: a key cannot move, so make a new one there");
    let reply = machine.call(Who::OwnerKey, Method::PUT, &path, r#"{"name":"settled"}"#).await;
    assert_snapshot!(reply.refusal(), @"400 80000 projects: must name the key's project");
    let personal = ApiKey::parse(machine.credential(Who::OwnerKey).unwrap().as_bytes()).unwrap();
    let path = format!("/v2/apiKeys/{}", personal.id());
    let request = body(&machine, "mine", "Admin");
    let reply = machine.call(Who::OwnerKey, Method::PUT, &path, &request).await;
    assert_snapshot!(reply.refusal(), @"400 80000 projects: must be left out: a personal key follows the roles of its person");
    let reply = machine.call(Who::OwnerKey, Method::PUT, &path, r#"{"name":"mine"}"#).await;
    assert_eq!(reply.data()["name"], "mine");
}

#[tokio::test]
async fn a_deleted_key_is_gone_in_both_spellings_words() {
    let machine = Machine::new();
    let (path, plain) = made(&machine, "short-lived").await;
    let reply = machine.delete(Who::OwnerKey, &path).await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "apiKeyId": "[key]",
        "callsCut": 7,
        "createTime": "2026-11-23T18:33:22.007Z",
        "createdBy": "[user]",
        "creatorName": "ada@example.com",
        "description": "for the search page",
        "expiresSoon": false,
        "isDefault": false,
        "manageKeys": false,
        "name": "short-lived",
        "orgRole": "Member",
        "parentKeyId": "[key]",
        "projects": [
          {
            "allCluster": true,
            "allVolume": true,
            "clusters": [],
            "projectId": "[project]",
            "projectName": "default",
            "role": "Read-Write",
            "volumes": []
          }
        ],
        "revision": 7,
        "revocation": {
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
          "revision": 8,
          "settled": true
        },
        "state": "active"
      }
    }
    "#);
    let id = plain.id().to_string();
    let request = body(&machine, "short-lived", "Admin");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = if method == Method::PUT { &*request } else { "" };
        for (spelling, status) in [("apiKeys", 200), ("api-keys", 404)] {
            for id in [&*id, "key-nonsense", "%ff"] {
                let path = format!("/v2/{spelling}/{id}");
                let reply = machine.call(Who::OwnerKey, method.clone(), &path, request).await;
                assert_eq!((reply.status.as_u16(), reply.code()), (status, Some(404)), "{path}");
            }
        }
    }
    let reply = machine.get(Who::OwnerKey, &format!("/v2/api-keys/{id}")).await;
    assert_snapshot!(reply.refusal().replace(&id, "[key]"), @"404 404 there is no API key [key], or you may not see it");
}

#[tokio::test]
async fn a_deleted_key_opens_nothing_here_either() {
    let machine = Machine::new();
    assert_eq!(machine.get(Who::ProjectKey, "/v2/projects").await.status, 200);
    let path = format!("/v2/apiKeys/{}", machine.default_key.id());
    assert_eq!(machine.delete(Who::OwnerKey, &path).await.status, 200);
    let reply = machine.get(Who::ProjectKey, "/v2/projects").await;
    assert_snapshot!(reply.refusal(), @"401 21119 The apikey is illegal");
}
