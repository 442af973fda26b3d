//! Projects.

use crate::harness::{Machine, Who};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

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

/// The names on a page of projects, and how many there are in all.
async fn page(machine: &Machine, who: Who, query: &str) -> (Vec<String>, u64) {
    let reply = machine.get(who, &format!("/v2/projects?{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.text);
    let data = reply.data();
    let names = data["projects"].as_array().unwrap().iter();
    let name = |project: &Value| project["projectName"].as_str().unwrap().to_owned();
    (names.map(name).collect(), data["count"].as_u64().unwrap())
}

#[tokio::test]
async fn projects_are_listed_page_by_page_and_searched() {
    let machine = Machine::new();
    for number in 1..=7 {
        machine.clock.pass_millis(1);
        let body = json!({"projectName": format!("app-{number}")}).to_string();
        assert_eq!(machine.post(Who::OwnerKey, "/v2/projects", &body).await.status, 200);
    }
    let mine = machine.project_named("mine");
    let owners = [Who::OwnerKey, Who::OwnerSession];
    for who in owners {
        let first = page(&machine, who, "pageSize=3").await;
        assert_eq!(first, (["mine", "app-7", "app-6"].map(str::to_owned).into(), 9));
        let last = page(&machine, who, "pageSize=4&currentPage=3").await;
        assert_eq!(last, (vec!["default".to_owned()], 9));
        assert_eq!(page(&machine, who, "currentPage=2").await, (vec![], 9));
        let found = page(&machine, who, "search=APP&pageSize=2&currentPage=4").await;
        assert_eq!(found, (vec!["app-1".to_owned()], 7));
        let found = page(&machine, who, &format!("search={mine}&currentPage=1")).await;
        assert_eq!(found, (vec!["mine".to_owned()], 1));
    }
    // A member finds their own and nothing else, however it is asked for.
    for who in [Who::Member, Who::MemberKey] {
        let all = page(&machine, who, "pageSize=1").await;
        assert_eq!(all, (vec!["mine".to_owned()], 2));
        let second = page(&machine, who, "pageSize=1&currentPage=2").await;
        assert_eq!(second, (vec!["default".to_owned()], 2));
        assert_eq!(page(&machine, who, "search=app&currentPage=1").await, (vec![], 0));
    }
    assert_eq!(page(&machine, Who::ProjectKey, "currentPage=1").await.1, 1);
    for who in [Who::Colleague, Who::Stranger] {
        assert_eq!(page(&machine, who, "currentPage=1&search=").await, (vec![], 0));
    }
    // Without a page all of them come, as the managed cloud's tools expect them.
    let data = machine.get(Who::OwnerKey, "/v2/projects?search=app").await.data();
    assert_eq!(data.as_array().unwrap().len(), 7);
    assert_eq!(data[0]["projectName"], "app-7");
}

#[tokio::test]
async fn the_projects_of_one_organization_are_for_its_people() {
    let machine = Machine::new();
    let here = format!("organizationId={}&currentPage=1", machine.organization);
    for (who, count) in [
        (Who::OwnerSession, 1),
        (Who::OwnerKey, 1),
        (Who::ProjectOwner, 1),
        (Who::Member, 1),
        (Who::ProjectKey, 1),
        (Who::Colleague, 0),
    ] {
        assert_eq!(page(&machine, who, &here).await.1, count, "{who:?}");
    }
    let hidden = machine.get(Who::Stranger, &format!("/v2/projects?{here}")).await;
    assert_eq!(hidden.status, 404, "{}", hidden.text);
    let elsewhere = machine.get(Who::Stranger, "/v2/organizations").await.data();
    let elsewhere = elsewhere["organizations"][0]["organizationId"].as_str().unwrap().to_owned();
    for who in [Who::OwnerSession, Who::OwnerKey, Who::Member, Who::ProjectKey] {
        let path = format!("/v2/projects?organizationId={elsewhere}");
        assert_eq!(machine.get(who, &path).await.status, 404, "{who:?}");
    }
    for (query, refusal) in [
        ("pageSize=0", "400 80003 pageSize: must be a number from 1 to 100"),
        ("currentPage=0", "400 80004 currentPage: must be a number from 1"),
        ("name=x", "400 80000 name: is not a parameter of this request"),
    ] {
        let reply = machine.get(Who::OwnerKey, &format!("/v2/projects?{query}")).await;
        assert_eq!(reply.refusal(), refusal);
    }
    let long = format!("/v2/projects?search={}", "x".repeat(256));
    assert_eq!(machine.get(Who::OwnerKey, &long).await.status, 400);
}

/// A person in two organizations sees one after the other, and pages go on over the border.
#[tokio::test]
async fn pages_go_on_from_one_organization_to_the_next() {
    let machine = Machine::new();
    machine.clock.pass_millis(1);
    machine.project_named("second");
    let stranger = machine.user("stranger@example.com");
    machine.change(|work| {
        let owner = model::OrganizationRole::Owner;
        store::members::set_organization_role(work, machine.organization, stranger, owner)
    });
    let there = machine.get(Who::Stranger, "/v2/organizations").await.data();
    let there = there["organizations"].as_array().unwrap().iter();
    let ids: Vec<_> = there.map(|one| one["organizationId"].as_str().unwrap().to_owned()).collect();
    let other = ids.iter().find(|id| **id != machine.organization.to_string()).unwrap();
    for name in ["theirs-1", "theirs-2", "theirs-3"] {
        machine.clock.pass_millis(1);
        let body = json!({"projectName": name, "organizationId": other}).to_string();
        let reply = machine.post(Who::Stranger, "/v2/projects", &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    let whole = machine.get(Who::Stranger, "/v2/projects").await.data();
    let whole = whole.as_array().unwrap().iter();
    let whole: Vec<_> = whole.map(|one| one["projectName"].as_str().unwrap().to_owned()).collect();
    assert_eq!(whole.len(), 5);
    let mut paged = Vec::new();
    for number in 1..=3 {
        let (names, count) =
            page(&machine, Who::Stranger, &format!("pageSize=2&currentPage={number}")).await;
        assert_eq!(count, 5);
        paged.extend(names);
    }
    assert_eq!(paged, whole);
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
