//! Members of organizations and projects, and their personal keys.

use crate::harness::{Machine, Reply, Who};
use axum::http::Method;
use model::UserId;
use serde_json::json;

fn member(machine: &Machine, user: UserId) -> String {
    format!("/v2/organizations/{}/members/{user}", machine.organization)
}

fn of_project(machine: &Machine, user: UserId) -> String {
    format!("/v2/projects/{}/members/{user}", machine.project)
}

async fn set(machine: &Machine, who: Who, path: &str, role: &str) -> Reply {
    machine.call(who, Method::PUT, path, &json!({"role": role}).to_string()).await
}

/// The id behind a caller with a session.
async fn id_of(machine: &Machine, email: &str) -> UserId {
    let path = format!("/v2/organizations/{}/members", machine.organization);
    let members = machine.get(Who::OwnerKey, &path).await.data();
    let members = members["members"].as_array().unwrap();
    let found = members.iter().find(|one| one["email"] == email).unwrap();
    found["userId"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_last_owner_cannot_go_by_any_way() {
    let machine = Machine::new();
    let path = member(&machine, machine.owner);
    let last = "409 409 the last owner of an organization cannot leave; make somebody else an \
                owner first";
    assert_eq!(machine.delete(Who::OwnerSession, &path).await.refusal(), last);
    assert_eq!(set(&machine, Who::OwnerSession, &path, "Member").await.refusal(), last);
    assert_eq!(set(&machine, Who::OwnerSession, &path, "Owner").await.status, 200, "no change");

    machine.promote(Who::Colleague);
    assert_eq!(set(&machine, Who::Colleague, &path, "Member").await.status, 200);
    assert_eq!(machine.delete(Who::OwnerSession, &path).await.status, 200, "may leave now");
    let colleague = member(&machine, id_of_owner(&machine).await);
    assert_eq!(machine.delete(Who::Colleague, &colleague).await.refusal(), last);
}

async fn id_of_owner(machine: &Machine) -> UserId {
    let path = format!("/v2/organizations/{}/members", machine.organization);
    let members = machine.get(Who::Colleague, &path).await.data();
    let members = members["members"].as_array().unwrap();
    let found = members.iter().find(|one| one["role"] == "Owner").unwrap();
    found["userId"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once() {
    let machine = Machine::new();
    assert_eq!(machine.get(Who::MemberKey, "/v2/projects").await.status, 200);
    assert_eq!(machine.get(Who::Member, "/v2/projects").await.status, 200);
    let asked = machine.fence.asked().len();
    let removed = machine.delete(Who::OwnerKey, &member(&machine, machine.member)).await;
    assert_eq!(removed.data()["email"], "member@example.com", "{}", removed.text);
    assert_eq!(removed.data()["revocation"]["settled"], true);
    assert_eq!(machine.fence.asked().len(), asked + 1);
    assert_eq!(machine.get(Who::MemberKey, "/v2/projects").await.status, 401, "the key is dead");
    assert_eq!(machine.get(Who::Member, "/v2/projects").await.status, 401, "the session is over");
    let list = format!("/v2/projects/{}/members", machine.project);
    let left = machine.get(Who::OwnerKey, &list).await.data();
    assert_eq!(left["count"], 1, "{left}");
    let again = machine.delete(Who::OwnerKey, &member(&machine, machine.member)).await;
    assert_eq!(again.status, 404);
    let resource = machine.member;
    let trail = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={resource}")).await;
    assert_eq!(trail.data()["audits"][0]["action"], "member.remove");
}

#[tokio::test]
async fn whoever_belongs_elsewhere_keeps_their_session() {
    let machine = Machine::new();
    let elsewhere = machine.get(Who::Stranger, "/v2/organizations").await.data();
    let elsewhere = elsewhere["organizations"][0]["organizationId"].as_str().unwrap().to_owned();
    let body = r#"{"email":"member@example.com","role":"Member"}"#;
    let path = format!("/v2/organizations/{elsewhere}/invitations");
    let token = machine.post(Who::Stranger, &path, body).await.data()["token"].clone();
    let body = json!({"token": token}).to_string();
    assert_eq!(machine.post(Who::Member, "/v2/invitations/accept", &body).await.status, 200);
    machine.delete(Who::OwnerKey, &member(&machine, machine.member)).await;
    let left = machine.get(Who::Member, "/v2/organizations").await.data();
    assert_eq!((&left["count"], &left["organizations"][0]["role"]), (&json!(1), &json!("Member")));
}

#[tokio::test]
async fn a_member_leaves_but_removes_nobody_else() {
    let machine = Machine::new();
    let colleague = id_of(&machine, "colleague@example.com").await;
    assert_eq!(machine.delete(Who::Member, &member(&machine, colleague)).await.status, 403);
    assert_eq!(machine.delete(Who::ProjectOwner, &member(&machine, colleague)).await.status, 403);
    assert_eq!(
        set(&machine, Who::Colleague, &member(&machine, colleague), "Owner").await.status,
        403
    );
    let left = machine.delete(Who::Colleague, &member(&machine, colleague)).await;
    assert_eq!(left.data()["email"], "colleague@example.com");
    assert_eq!(machine.get(Who::Colleague, "/v2/organizations").await.status, 401);
}

#[tokio::test]
async fn a_project_keeps_an_owner_unless_the_organization_says_otherwise() {
    let machine = Machine::new();
    let owner = id_of(&machine, "project-owner@example.com").await;
    let path = of_project(&machine, owner);
    let last = "409 409 the last owner of a project stays: make somebody else an owner first, or \
                ask an owner of the organization";
    assert_eq!(machine.delete(Who::ProjectOwner, &path).await.refusal(), last);
    assert_eq!(set(&machine, Who::ProjectOwner, &path, "Member").await.refusal(), last);
    let second = of_project(&machine, machine.member);
    assert_eq!(set(&machine, Who::ProjectOwner, &second, "Owner").await.status, 200);
    assert_eq!(machine.delete(Who::ProjectOwner, &path).await.status, 200);
    assert_eq!(machine.get(Who::ProjectOwner, &path).await.status, 405);
    assert_eq!(set(&machine, Who::OwnerKey, &second, "Member").await.status, 200, "stands above");
}

#[tokio::test]
async fn only_members_of_the_organization_join_a_project() {
    let machine = Machine::new();
    let outside = UserId::from_number(7).unwrap();
    let reply = set(&machine, Who::ProjectOwner, &of_project(&machine, outside), "Member").await;
    assert_eq!(reply.status, 409);
    let colleague = id_of(&machine, "colleague@example.com").await;
    let path = of_project(&machine, colleague);
    assert_eq!(machine.get(Who::Colleague, "/v2/projects").await.data(), json!([]));
    assert_eq!(set(&machine, Who::Member, &path, "Member").await.status, 403);
    assert_eq!(set(&machine, Who::ProjectOwner, &path, "Reader").await.status, 400);
    assert_eq!(set(&machine, Who::ProjectOwner, &path, "Member").await.status, 200);
    let seen = machine.get(Who::Colleague, "/v2/projects").await.data();
    assert_eq!(seen[0]["projectName"], "default");
    assert_eq!(machine.delete(Who::Colleague, &path).await.status, 200, "leaves by themselves");
    assert_eq!(machine.get(Who::Colleague, "/v2/projects").await.data(), json!([]));
    assert_eq!(machine.delete(Who::Colleague, &path).await.status, 404);
}

#[tokio::test]
async fn everybody_has_their_own_keys_and_nobody_reads_another_persons() {
    let machine = Machine::new();
    let path = format!("/v2/organizations/{}/personalKeys", machine.organization);
    let made = machine.post(Who::Colleague, &path, r#"{"name":"mine"}"#).await.data();
    assert_eq!(made["activation"]["settled"], true);
    let key = format!("/v2/apiKeys/{}", made["apiKeyId"].as_str().unwrap());
    let viewed = machine.post(Who::Colleague, &format!("{key}/view"), "").await.data();
    assert_eq!(viewed["apiKey"], made["apiKey"]);
    let mine = machine.get(Who::Colleague, &path).await.data();
    assert_eq!((&mine["count"], &mine["apiKeys"][0]["name"]), (&json!(1), &json!("mine")));
    // An owner sees that it is there and may end it, and reads it no more than anybody else.
    let user = mine["apiKeys"][0]["userId"].as_str().unwrap();
    let theirs = format!("{path}?userId={user}");
    assert_eq!(machine.get(Who::OwnerSession, &theirs).await.data()["count"], 1);
    assert_eq!(machine.get(Who::Member, &theirs).await.status, 403);
    for (who, status) in
        [(Who::OwnerSession, 403), (Who::OwnerKey, 403), (Who::Member, 404), (Who::Stranger, 404)]
    {
        assert_eq!(machine.post(who, &format!("{key}/view"), "").await.status, status, "{who:?}");
    }
    let body = r#"{"name":"renamed"}"#;
    assert_eq!(machine.call(Who::OwnerKey, Method::PUT, &key, body).await.status, 403);
    assert_eq!(machine.call(Who::Colleague, Method::PUT, &key, body).await.status, 200);
    assert_eq!(machine.get(Who::Member, &key.replace("apiKeys", "api-keys")).await.status, 404);
    assert_eq!(machine.delete(Who::OwnerKey, &key).await.status, 200);
    assert_eq!(machine.get(Who::Colleague, &path).await.data()["count"], 0);
    let again = machine.post(Who::Colleague, &path, r#"{"name":"mine"}"#).await.data();
    let key = format!("/v2/apiKeys/{}", again["apiKeyId"].as_str().unwrap());
    assert_eq!(machine.delete(Who::Colleague, &key).await.status, 200, "deletes their own");
}
