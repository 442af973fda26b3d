//! Projects.

use crate::harness::{Machine, Who};
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
            "isDefault": true,
            "name": "default",
            "orgRole": "Member",
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
            "revision": 7
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
