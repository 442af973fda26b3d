//! Projects.

use crate::harness::{Machine, Who};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn a_project_comes_with_its_default_key() {
    let machine = Machine::new();
    let request = r#"{"projectName":"Search","plan":"Enterprise","regionIds":[]}"#;
    let reply = machine.post(Who::OwnerKey, "/v2/projects", request).await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": "[project]"
    }
    "#);
    let id = reply.data().as_str().unwrap().to_owned();
    let shown = machine.get(Who::OwnerSession, &format!("/v2/projects/{id}")).await;
    assert_snapshot!(shown.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "createTime": "2026-11-23T18:33:22.007Z",
        "createTimeMilli": 1795458802007,
        "instanceCount": 0,
        "organizationId": "[organization]",
        "plan": "Enterprise",
        "projectId": "[project]",
        "projectName": "Search",
        "regionIds": []
      }
    }
    "#);
    let keys = machine.get(Who::OwnerKey, &format!("/v2/api-keys?projectId={id}")).await;
    assert_snapshot!(keys.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "apiKeys": [
          {
            "apiKeyId": "[key]",
            "createTime": "2026-11-23T18:33:22.007Z",
            "createdBy": "[user]",
            "creatorName": "ada@example.com",
            "description": "Made with the project",
            "expiresSoon": false,
            "isDefault": true,
            "manageKeys": false,
            "name": "default",
            "orgRole": "Member",
            "parentKeyId": "[key]",
            "projects": [
              {
                "allCluster": true,
                "allVolume": true,
                "clusters": [],
                "projectId": "[project]",
                "projectName": "Search",
                "role": "Admin",
                "volumes": []
              }
            ],
            "revision": 7,
            "state": "active"
          }
        ],
        "count": 1,
        "currentPage": 1,
        "pageSize": 100
      }
    }
    "#);
    let again = machine.post(Who::OwnerKey, "/v2/projects", request).await;
    assert_snapshot!(again.refusal(), @"409 80010 projectName: there is a project named Search already");
}

#[tokio::test]
async fn everybody_sees_their_own_projects() {
    let machine = Machine::new();
    machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"other"}"#).await;
    for (who, expected) in [
        (Who::OwnerKey, json!(["default", "other"])),
        (Who::OwnerSession, json!(["default", "other"])),
        (Who::ProjectOwner, json!(["default"])),
        (Who::Member, json!(["default"])),
        (Who::ProjectKey, json!(["default"])),
        (Who::Colleague, json!([])),
        (Who::Stranger, json!([])),
    ] {
        let data = machine.get(who, "/v2/projects").await.data();
        let projects = data.as_array().unwrap().iter();
        let mut names: Vec<_> =
            projects.map(|project| project["projectName"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(json!(names), expected, "{who:?}");
    }
}

#[tokio::test]
async fn a_plan_or_region_that_means_nothing_here_is_refused() {
    let machine = Machine::new();
    for (request, refusal) in [
        (
            r#"{"projectName":"a","plan":"Standard"}"#,
            "400 80000 plan: Keyward has one plan, \"Enterprise\": leave it out or send that",
        ),
        (
            r#"{"projectName":"a","regionIds":["aws-us-east-1"]}"#,
            "400 80000 regionIds: Keyward has no regions: leave it out, or send an empty list",
        ),
    ] {
        let reply = machine.post(Who::OwnerKey, "/v2/projects", request).await;
        assert_eq!(reply.refusal(), refusal);
    }
}

#[tokio::test]
async fn the_project_of_another_organization_is_not_there() {
    let machine = Machine::new();
    let path = format!("/v2/projects/{}", machine.project);
    let hidden = machine.get(Who::Stranger, &path).await.refusal();
    let absent = "proj-0000000000000000000000";
    let missing = machine.get(Who::Stranger, &format!("/v2/projects/{absent}")).await.refusal();
    // Nobody can tell a hidden project from one that never was.
    assert_eq!(hidden.replace(&machine.project.to_string(), absent), missing);
}

#[tokio::test]
async fn a_project_is_renamed_and_its_plan_is_what_it_is() {
    let machine = Machine::new();
    let path = format!("/v2/projects/{}", machine.project);
    machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"taken"}"#).await;
    let rename = async |who, name: &str| {
        let body = json!({"projectName": name}).to_string();
        machine.call(who, Method::PATCH, &path, &body).await
    };
    assert_eq!(rename(Who::OwnerKey, "Recherche").await.data()["projectName"], "Recherche");
    assert_eq!(rename(Who::ProjectOwner, "mine").await.status, 403);
    assert_snapshot!(rename(Who::OwnerKey, "taken").await.refusal(), @"409 80010 projectName: there is a project named taken already");
    let plan = async |plan: &str| {
        let body = json!({"plan": plan}).to_string();
        machine.call(Who::OwnerKey, Method::PATCH, &format!("{path}/plan"), &body).await
    };
    assert_eq!(plan("Enterprise").await.data(), machine.project.to_string());
    assert_snapshot!(plan("Standard").await.refusal(), @r#"400 80000 plan: Keyward has one plan, "Enterprise": send that"#);
}

#[tokio::test]
async fn a_project_goes_with_its_keys_and_only_on_demand_with_its_clusters() {
    let machine = Machine::new();
    machine.cluster("one");
    let path = format!("/v2/projects/{}", machine.project);
    assert_eq!(machine.get(Who::ProjectKey, &path).await.status, 200);
    let refused = machine.delete(Who::OwnerKey, &path).await;
    assert_snapshot!(refused.refusal(), @"409 409 the project has a cluster: detach first what stands there, or repeat this with force=true, which detaches it");
    let refused = machine.delete(Who::OwnerKey, &format!("{path}?force=yes")).await;
    assert_snapshot!(refused.refusal(), @"400 80000 force: must be true or false");
    assert_eq!(machine.delete(Who::ProjectOwner, &format!("{path}?force=true")).await.status, 403);
    let invited = machine.invitation("late@example.com");
    let asked = machine.fence.asked().len();
    let deleted = machine.delete(Who::OwnerKey, &format!("{path}?force=true")).await.data();
    assert_eq!(deleted["revocation"]["settled"], true, "{deleted}");
    assert_eq!((&deleted["deletedKeys"], &deleted["instanceCount"]), (&json!(1), &json!(1)));
    assert_eq!(machine.fence.asked().len(), asked + 1);
    assert_eq!(machine.get(Who::ProjectKey, &path).await.status, 401, "its keys are dead");
    assert_eq!(machine.get(Who::OwnerKey, &path).await.status, 404);
    assert_eq!(machine.get(Who::Member, "/v2/projects").await.data(), json!([]));
    assert_eq!(machine.get(Who::OwnerKey, "/v2/clusters").await.data()["count"], 0);
    let body = json!({
        "token": invited.token.expose(), "name": "Late", "password": "eleven purple umbrellas",
    });
    let late = machine.post(Who::Anonymous, "/v2/invitations/accept", &body.to_string()).await;
    assert_eq!(late.status, 200, "the rest of the promise holds: {}", late.text);
}
