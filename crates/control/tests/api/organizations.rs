//! Organizations: founded, renamed, and what their settings do.

use crate::harness::session::NEW;
use crate::harness::{Machine, Reply, Who};
use axum::http::{Method, header};
use control::Limits;
use insta::assert_snapshot;
use model::name::{OrganizationName, ProjectName};
use model::policy::Founders;
use model::{Clock, OrganizationId, OrganizationRole, PasswordPolicy, ProjectId, Timestamp};
use serde_json::json;
use store::members;
use store::projects::NewProject;

fn settings(machine: &Machine) -> String {
    format!("/v2/organizations/{}/settings", machine.organization)
}

async fn change(machine: &Machine, body: &str) -> Reply {
    machine.call(Who::OwnerKey, Method::PATCH, &settings(machine), body).await
}

#[tokio::test]
async fn whoever_founds_an_organization_owns_it_alone() {
    let machine = Machine::new();
    let request = r#"{"organizationName":"Second"}"#;
    let made = machine.post(Who::OwnerSession, "/v2/organizations", request).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let (id, role) = (made.data()["organizationId"].clone(), made.data()["role"].clone());
    assert_eq!(role, "Owner");
    let id = id.as_str().unwrap();
    let mine = machine.get(Who::OwnerSession, "/v2/organizations").await.data();
    assert_eq!(mine["count"], 2);
    assert_eq!(mine["organizations"][1]["organizationName"], "Second");
    let members = machine.get(Who::OwnerSession, &format!("/v2/organizations/{id}/members")).await;
    assert_eq!(members.data()["count"], 1);
    assert_eq!(members.data()["members"][0]["email"], "ada@example.com");
    // A key belongs to its own organization, whoever its person is.
    let key = machine.get(Who::OwnerKey, "/v2/organizations").await.data();
    assert_eq!(key["count"], 1);
    let hidden = machine.get(Who::OwnerKey, &format!("/v2/organizations/{id}")).await;
    assert_eq!(hidden.status, 404);
    // Somebody in two organizations says which one is meant.
    let project = machine.post(Who::OwnerSession, "/v2/projects", r#"{"projectName":"p"}"#).await;
    assert_snapshot!(project.refusal(), @"400 80000 organizationId: must be given, because you are a member of several organizations");
    let body = json!({"projectName": "p", "organizationId": id}).to_string();
    assert_eq!(machine.post(Who::OwnerSession, "/v2/projects", &body).await.status, 200);
    let trail = machine.get(Who::OwnerSession, &format!("/v2/audit?organizationId={id}")).await;
    let first = trail.data()["audits"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&first["action"], &first["rule"]),
        (&json!("organization.create"), &json!("owner of an organization"))
    );
}

#[tokio::test]
async fn the_operator_says_who_may_found() {
    let request = r#"{"organizationName":"Mine"}"#;
    for (founders, who, status) in [
        (Founders::Operator, Who::OwnerSession, 403),
        (Founders::Owners, Who::Stranger, 200),
        (Founders::Owners, Who::Colleague, 403),
        (Founders::Everybody, Who::Colleague, 200),
        (Founders::Everybody, Who::ProjectKey, 403),
        (Founders::Everybody, Who::Anonymous, 401),
    ] {
        let machine = Machine::with(Limits::default(), founders);
        let reply = machine.post(who, "/v2/organizations", request).await;
        assert_eq!(reply.status, status, "{founders:?} {who:?}: {}", reply.text);
    }
}

#[tokio::test]
async fn a_name_is_changed_by_whoever_has_seen_the_last_one() {
    let machine = Machine::new();
    let path = format!("/v2/organizations/{}", machine.organization);
    let shown = machine.get(Who::OwnerSession, &path).await;
    let tag = shown.header("etag").to_owned();
    let rename = async |name: &str| {
        let body = json!({"organizationName": name}).to_string();
        let headers =
            [(header::CONTENT_TYPE, "application/json"), (header::IF_MATCH, tag.as_str())];
        machine.send(Who::OwnerSession, Method::PATCH, &path, &headers, body).await
    };
    assert_eq!(rename("Acme & Sons").await.data()["organizationName"], "Acme & Sons");
    assert_snapshot!(rename("Acme").await.refusal(), @"412 412 If-Match: the organization has changed since you read it: read it again, then repeat your change");
    let bad = machine.call(Who::OwnerSession, Method::PATCH, &path, r#"{"organizationName":" a"}"#);
    assert_eq!(bad.await.status, 400);
}

#[tokio::test]
async fn the_founding_is_recorded_and_so_is_the_first_key() {
    let machine = Machine::new();
    let filter = store::audit::AuditFilter::default();
    let page = store::Page::new(1, 1000).unwrap();
    let trail = machine.store.read(|reader| store::audit::list(reader, &filter, page)).unwrap();
    let first: Vec<_> = trail.items.iter().filter(|record| record.number <= 2).collect();
    let mut acts: Vec<_> = first.iter().map(|r| (r.action.as_str(), r.actor.as_str())).collect();
    acts.sort_unstable();
    assert_eq!(acts, [("key.create", "operator"), ("organization.create", "operator")]);
    let founded = first.iter().find(|record| record.action == "organization.create").unwrap();
    assert_eq!(founded.resource, machine.organization.to_string());
    assert_eq!(founded.organization, Some(machine.organization));
    assert!(founded.after.is_some() && founded.before.is_none());
}

#[tokio::test]
async fn new_keys_last_as_long_as_the_organization_says_unless_they_say_so() {
    let machine = Machine::new();
    let project = machine.project;
    let create = async |more: &str| {
        let body = format!(
            r#"{{"name":"app"{more},"projects":[{{"projectId":"{project}","role":"Admin","allCluster":true}}]}}"#
        );
        let made = machine.post(Who::OwnerKey, "/v2/api-keys", &body).await;
        assert_eq!(made.status, 200, "{}", made.text);
        let path = format!("/v2/api-keys/{}", made.data()["apiKeyId"].as_str().unwrap());
        (path, made.data()["expiresAt"].clone())
    };
    assert_eq!(create("").await.1, json!(null));
    let (old, _) = create("").await;
    assert_eq!(change(&machine, r#"{"defaultKeyExpiryDays":90}"#).await.status, 200);
    let day = 24 * 60 * 60 * 1000;
    let ends = |days: i64| {
        json!(Timestamp::from_millis(machine.clock.now().millis() + days * day).to_string())
    };
    let (path, end) = create("").await;
    assert_eq!(end, ends(90));
    assert_eq!(create(r#","expiresInDays":5"#).await.1, ends(5));
    assert_eq!(create(r#","expiresAt":null"#).await.1, json!(null));
    let shown = machine.get(Who::OwnerKey, &old).await;
    assert_eq!(shown.data().get("expiresAt"), None, "keys that exist stay as they are");
    machine.clock.pass_minutes(90 * 24 * 60 + 1);
    assert_eq!(machine.get(Who::OwnerKey, &path).await.data()["state"], "expired");
}

#[tokio::test]
async fn settings_stay_as_they_are_unless_they_are_named() {
    let machine = Machine::new();
    machine.ada().await.enrol(machine.password.expose()).await;
    let shown = machine.get(Who::Colleague, &settings(&machine)).await;
    let mut before = shown.data();
    assert_eq!(before["showKeysOnce"], false);
    assert_eq!(before["defaultKeyExpiryDays"], json!(null));
    assert_eq!(before["minimumPasswordLength"], json!(null));
    let changed = change(&machine, r#"{"defaultKeyExpiryDays":90,"requireSecondFactor":true}"#);
    let after = changed.await.data();
    before["defaultKeyExpiryDays"] = json!(90);
    before["requireSecondFactor"] = json!(true);
    before["revision"] = after["revision"].clone();
    assert_eq!(after, before);
    let off = change(&machine, r#"{"defaultKeyExpiryDays":0,"minimumPasswordLength":20}"#).await;
    assert_eq!(off.data()["defaultKeyExpiryDays"], json!(null));
    assert_eq!(off.data()["minimumPasswordLength"], 20);
    assert_eq!(off.data()["requireSecondFactor"], true);
    let mut refusals = Vec::new();
    for body in [
        r#"{"defaultKeyExpiryDays":-1}"#,
        r#"{"defaultKeyExpiryDays":3651}"#,
        r#"{"defaultKeyExpiryDays":1.5}"#,
        r#"{"defaultKeyExpiryDays":"none"}"#,
        r#"{"minimumPasswordLength":14}"#,
        r#"{"minimumPasswordLength":65}"#,
        r#"{"showKeysOnce":"yes"}"#,
        r#"{"passwordPolicy":{}}"#,
    ] {
        refusals.push(change(&machine, body).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80000 defaultKeyExpiryDays: must be a whole number from 0 to 3650
    400 80000 defaultKeyExpiryDays: must be a whole number from 0 to 3650
    400 80000 defaultKeyExpiryDays: must be a whole number from 0 to 3650
    400 80000 defaultKeyExpiryDays: must be a number, not a text
    400 80000 minimumPasswordLength: must be 15 to 64 characters
    400 80000 minimumPasswordLength: must be a whole number from 0 to 64
    400 80000 showKeysOnce: must be true or false, not a text
    400 80000 passwordPolicy: is not a field of this request
    "#);
}

#[tokio::test]
async fn keys_shown_once_leave_no_copy_behind() {
    let machine = Machine::new();
    let key = machine.key("app");
    let view = format!("/v2/apiKeys/{key}/view");
    assert_eq!(machine.post(Who::OwnerKey, &view, "").await.status, 200);
    assert_eq!(change(&machine, r#"{"showKeysOnce":true}"#).await.data()["showKeysOnce"], true);
    let gone = machine.post(Who::OwnerKey, &view, "").await;
    assert_snapshot!(gone.refusal(), @"409 409 the organization shows keys once, when they are made, and keeps no copy: make a new key and delete this one");
    // The key itself, the caller's own included, goes on working.
    let id = machine.post(Who::OwnerKey, "/v2/projects", r#"{"projectName":"quiet"}"#).await;
    let id = id.data().as_str().unwrap().to_owned();
    let keys = machine.get(Who::OwnerKey, &format!("/v2/apiKeys?projectId={id}")).await;
    assert_eq!(keys.data()["count"], 0, "nobody would ever see a default key");
    let later = machine.key("later");
    let view = format!("/v2/apiKeys/{later}/view");
    assert_eq!(machine.post(Who::OwnerKey, &view, "").await.status, 409);
    // Turning it off brings nothing back.
    change(&machine, r#"{"showKeysOnce":false}"#).await;
    assert_eq!(machine.post(Who::OwnerKey, &view, "").await.status, 409);
    let fresh = machine.key("fresh");
    let view = format!("/v2/apiKeys/{fresh}/view");
    assert_eq!(machine.post(Who::OwnerKey, &view, "").await.status, 200);
}

#[tokio::test]
async fn whoever_has_no_second_factor_does_nothing_where_it_is_asked_for() {
    let machine = Machine::new();
    let on = r#"{"requireSecondFactor":true}"#;
    let refused = change(&machine, on).await;
    assert_snapshot!(refused.refusal(), @"409 409 requireSecondFactor: enable a second factor for your own account before you ask it of everybody");
    let ada = machine.ada().await;
    ada.enrol(machine.password.expose()).await;
    assert_eq!(change(&machine, on).await.status, 200);

    let organization = format!("/v2/organizations/{}", machine.organization);
    let keys = format!("/v2/apiKeys?projectId={}", machine.project);
    assert_eq!(ada.get(&organization).await.status, 200);
    for path in [&organization, &keys] {
        let reply = machine.get(Who::ProjectOwner, path).await;
        assert_eq!(
            reply.refusal(),
            "403 403 the organization asks its people for a second factor: enable one for your \
             account first (POST /v2/account/totp, or keyward account totp)",
            "{path}"
        );
    }
    // Keys are no passwords, and strangers hear nothing of it.
    assert_eq!(machine.get(Who::MemberKey, "/v2/projects").await.status, 200);
    assert_eq!(machine.get(Who::Stranger, &organization).await.status, 404);

    let token = machine.reset(machine.member, &json!({})).await;
    assert_eq!(machine.redeem(&token, NEW).await.status, 200);
    let member = json!({"email": "member@example.com", "password": NEW});
    let session = machine.session(&member).await;
    assert_eq!(session.get(&organization).await.status, 403);
    session.enrol(NEW).await;
    assert_eq!(session.get(&organization).await.status, 200);
}

#[tokio::test]
async fn an_organization_that_asks_for_a_second_factor_hides_nothing_of_another() {
    let machine = Machine::new();
    let second = machine.change(|work| {
        let id = OrganizationId::generate(work.entropy());
        store::organizations::insert(work, id, &OrganizationName::new("Second")?)?;
        members::set_organization_role(work, id, machine.member, OrganizationRole::Owner)?;
        let name = ProjectName::new("second")?;
        let new = NewProject { id: ProjectId::generate(work.entropy()), organization: id, name };
        store::projects::insert(work, new)?;
        Ok(id)
    });
    let ask = |organization: OrganizationId| {
        machine.change(|work| {
            let mut settings = store::organizations::settings(work, organization)?;
            settings.password_policy = PasswordPolicy::new(None, true)?;
            store::organizations::set_settings(work, organization, &settings)
        })
    };
    let names = async |path: &str| {
        let reply = machine.get(Who::Member, path).await;
        assert_eq!(reply.status, 200, "{path}");
        let data = reply.data();
        let all = data.as_array().or(data["projects"].as_array()).unwrap();
        all.iter().map(|one| one["projectName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("/v2/projects").await, ["default", "second"]);
    ask(machine.organization);
    assert_eq!(names("/v2/projects").await, ["second"]);
    assert_eq!(names("/v2/projects?pageSize=10").await, ["second"]);
    let page = machine.get(Who::Member, "/v2/projects?pageSize=10").await.data();
    let left_out = json!([machine.organization.to_string()]);
    assert_eq!((&page["count"], &page["secondFactorNeeded"]), (&json!(1), &left_out));
    let here = format!("/v2/projects?organizationId={}", machine.organization);
    assert_eq!(machine.get(Who::Member, &here).await.status, 403);
    let all = machine.get(Who::Member, "/v2/organizations").await.data();
    let needed = |number: usize| all["organizations"][number]["secondFactorNeeded"].clone();
    assert_eq!((needed(0), needed(1)), (json!(true), json!(null)));
    // Where nothing is left, an empty list would say that there is nothing.
    ask(second);
    let refused = machine.get(Who::Member, "/v2/projects").await;
    assert_eq!(refused.status, 403);
    assert!(refused.refusal().contains("second factor"));
}
