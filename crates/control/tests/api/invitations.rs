//! Invitations: who may give what, and what a token is good for.

use crate::harness::{Machine, Reply, Who};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};

const PASSWORD: &str = "eleven purple umbrellas";

fn invitations(machine: &Machine) -> String {
    format!("/v2/organizations/{}/invitations", machine.organization)
}

async fn invite(machine: &Machine, who: Who, body: &Value) -> Reply {
    machine.post(who, &invitations(machine), &body.to_string()).await
}

async fn accept(machine: &Machine, who: Who, body: &Value) -> Reply {
    machine.post(who, "/v2/invitations/accept", &body.to_string()).await
}

/// Takes the invitation up as a new person.
async fn join(machine: &Machine, token: &Value) -> Reply {
    let body = json!({"token": token, "name": "Grace", "password": PASSWORD});
    accept(machine, Who::Anonymous, &body).await
}

#[tokio::test]
async fn somebody_is_invited_joins_and_signs_in() {
    let machine = Machine::new();
    let project = machine.project.to_string();
    let sent = invite(
        &machine,
        Who::ProjectOwner,
        &json!({
            "email": "grace@example.com",
            "role": "Member",
            "projects": [{"projectId": project, "role": "Member"}],
        }),
    )
    .await;
    assert_snapshot!(sent.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "createTime": "2026-11-23T18:33:22.007Z",
        "email": "grace@example.com",
        "expireTime": "2026-11-25T18:33:22.007Z",
        "invitationId": "[invitation]",
        "inviterName": "project-owner",
        "link": "https://keyward.example.com/console/invitation#[token]",
        "mailed": true,
        "organizationId": "[organization]",
        "projects": [
          {
            "projectId": "[project]",
            "role": "Member"
          }
        ],
        "role": "Member",
        "status": "PENDING",
        "token": "[token]"
      }
    }
    "#);
    let token = &sent.data()["token"];
    let letters = machine.mailer.letters();
    let [letter] = &letters[..] else { panic!("one letter, not {}", letters.len()) };
    assert_eq!(letter.to.as_str(), "grace@example.com");
    assert_eq!(letter.subject.as_str(), "project-owner invites you to \"Acme\" on Keyward");
    assert!(letter.text.contains(sent.data()["link"].as_str().unwrap()), "{}", letter.text);

    let joined = join(&machine, token).await;
    assert_snapshot!(joined.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "email": "grace@example.com",
        "organizationId": "[organization]",
        "organizationName": "Acme",
        "role": "Member",
        "userId": "[user]"
      }
    }
    "#);
    is_in(&machine).await;
    // Once is once.
    assert_eq!(join(&machine, token).await.status, 404);
    let user = joined.data()["userId"].clone();
    let id = sent.data()["invitationId"].as_str().unwrap().to_owned();
    let trail = machine.get(Who::OwnerKey, &format!("/v2/audit?resource={id}")).await.data();
    assert_eq!(trail["count"], 2);
    assert_eq!(trail["audits"][0]["action"], "invitation.accept");
    assert_eq!(trail["audits"][0]["actor"], user);
}

/// Who was invited signs in, and is a member of the project.
async fn is_in(machine: &Machine) {
    let body = json!({"email": "grace@example.com", "password": PASSWORD}).to_string();
    assert_eq!(machine.post(Who::Anonymous, "/v2/sessions", &body).await.status, 200);
    let list = format!("/v2/projects/{}/members", machine.project);
    let members = machine.get(Who::OwnerKey, &list).await.data();
    let found = members["members"].as_array().unwrap().iter().any(|one| one["name"] == "Grace");
    assert!(found, "{members}");
}

#[tokio::test]
async fn nobody_gives_more_than_they_have() {
    let machine = Machine::new();
    let project = machine.project.to_string();
    let other = machine.project_named("other");
    machine.change(|work| {
        let members = store::members::list_of_project(work, other, store::Page::new(1, 9)?)?;
        for member in members.items {
            store::members::remove_from_project(work, other, member.user)?;
        }
        Ok(())
    });
    let as_owner = json!({"email": "a@example.com", "role": "Owner"});
    let to_project = |role: &str| {
        json!({
            "email": "a@example.com", "role": "Member",
            "projects": [{"projectId": project, "role": role}],
        })
    };
    let elsewhere = json!({
        "email": "a@example.com", "role": "Member",
        "projects": [{"projectId": other.to_string(), "role": "Member"}],
    });
    for (who, body, status) in [
        (Who::Colleague, &as_owner, 403),
        (Who::Member, &as_owner, 403),
        (Who::MemberKey, &as_owner, 403),
        (Who::ProjectOwner, &as_owner, 403),
        (Who::Stranger, &as_owner, 404),
        (Who::ProjectKey, &as_owner, 404),
        (Who::Anonymous, &as_owner, 401),
        (Who::Colleague, &to_project("Member"), 404),
        (Who::Member, &to_project("Member"), 403),
        (Who::Member, &to_project("Owner"), 403),
        (Who::ProjectOwner, &elsewhere, 404),
    ] {
        let reply = invite(&machine, who, body).await;
        assert_eq!(reply.status, status, "{who:?} {body}: {}", reply.text);
    }
    assert_eq!(machine.get(Who::OwnerKey, &invitations(&machine)).await.data()["count"], 0);
    assert_eq!(machine.mailer.letters().len(), 0);
    assert_eq!(invite(&machine, Who::ProjectOwner, &to_project("Owner")).await.status, 200);
}

#[tokio::test]
async fn a_promise_holds_only_while_its_sender_may_give_it() {
    let machine = Machine::new();
    machine.promote(Who::Colleague);
    let body = json!({"email": "a@example.com", "role": "Owner"});
    let sent = invite(&machine, Who::Colleague, &body).await.data();
    let members = format!("/v2/organizations/{}/members", machine.organization);
    let all = machine.get(Who::OwnerKey, &members).await.data();
    let all = all["members"].as_array().unwrap();
    let found = all.iter().find(|one| one["email"] == "colleague@example.com").unwrap();
    let path = format!("{members}/{}", found["userId"].as_str().unwrap());
    machine.call(Who::OwnerKey, Method::PUT, &path, r#"{"role":"Member"}"#).await;
    let refused = join(&machine, &sent["token"]).await;
    assert_snapshot!(refused.refusal(), @"409 409 whoever sent this invitation may no longer give what it promises: ask an owner of the organization for another");
    // Nothing of it remains: there is no account either.
    let body = json!({"email": "a@example.com", "password": PASSWORD}).to_string();
    assert_eq!(machine.post(Who::Anonymous, "/v2/sessions", &body).await.status, 401);
}

#[tokio::test]
async fn whoever_is_disabled_promises_nothing() {
    let machine = Machine::new();
    let body = json!({"email": "a@example.com", "role": "Member"});
    let sent = invite(&machine, Who::Colleague, &body).await.data();
    let colleague = machine.user("colleague@example.com");
    let path = format!("/v2/users/{colleague}/disable");
    assert_eq!(machine.post(Who::OwnerKey, &path, "").await.status, 200);
    assert_eq!(join(&machine, &sent["token"]).await.status, 409);
    machine.post(Who::OwnerKey, &format!("/v2/users/{colleague}/enable"), "").await;
    assert_eq!(join(&machine, &sent["token"]).await.status, 200);
}

#[tokio::test]
async fn a_token_ends_with_its_time_and_with_its_revocation() {
    let machine = Machine::new();
    let one = machine.invitation("one@example.com");
    let two = machine.invitation("two@example.com");
    let token =
        |sent: &control::command::invitations::CreatedInvitation| json!(sent.token.expose());
    let path = format!("/v2/invitations/{}", two.invitation.id);
    assert_eq!(machine.delete(Who::Member, &path).await.status, 404);
    assert_eq!(machine.delete(Who::OwnerKey, &path).await.status, 200);
    assert_eq!(machine.delete(Who::OwnerKey, &path).await.status, 404);
    let none = "404 404 there is no such invitation: it was used, was taken back, or has run out; \
                ask for another";
    assert_eq!(join(&machine, &token(&two)).await.refusal(), none);
    machine.clock.pass_minutes(48 * 60 - 1);
    let short = json!({"token": token(&one), "name": "A", "password": "short"});
    assert_snapshot!(accept(&machine, Who::Anonymous, &short).await.refusal(), @"400 80000 password: must be at least 15 characters long, or 8 on an account with a second factor");
    machine.clock.pass_minutes(1);
    assert_eq!(join(&machine, &token(&one)).await.refusal(), none);
    // One that has run out makes room for another.
    let again = machine.invitation("one@example.com");
    assert_eq!(join(&machine, &token(&again)).await.status, 200);
}

#[tokio::test]
async fn an_invitation_is_for_its_address_only() {
    let machine = Machine::new();
    let elsewhere = machine.get(Who::Stranger, "/v2/organizations").await.data();
    let elsewhere = elsewhere["organizations"][0]["organizationId"].as_str().unwrap().to_owned();
    let path = format!("/v2/organizations/{elsewhere}/invitations");
    let body = r#"{"email":"member@example.com","role":"Member"}"#;
    let sent = machine.post(Who::Stranger, &path, body).await.data();
    let token = json!({"token": sent["token"]});
    let other = accept(&machine, Who::Colleague, &token).await;
    assert_snapshot!(other.refusal(), @"403 403 the invitation is for another e-mail address: sign in with the account it was sent to");
    // Whoever has an account proves it, and does not get another password by the way.
    let new = join(&machine, &sent["token"]).await;
    assert_snapshot!(new.refusal(), @"409 409 there is an account with the invited e-mail address: sign in with it, then take up the invitation");
    let surplus = json!({"token": sent["token"], "name": "M", "password": PASSWORD});
    assert_eq!(accept(&machine, Who::Member, &surplus).await.status, 400);
    assert_eq!(accept(&machine, Who::Member, &token).await.status, 200);
    assert_eq!(machine.get(Who::Member, "/v2/organizations").await.data()["count"], 2);
    assert_eq!(accept(&machine, Who::Member, &token).await.status, 404);
}

#[tokio::test]
async fn members_see_and_take_back_their_own_invitations_only() {
    let machine = Machine::new();
    let mine = json!({"email": "mine@example.com", "role": "Member"});
    let id = invite(&machine, Who::Colleague, &mine).await.data()["invitationId"].clone();
    machine.invitation("theirs@example.com");
    let path = invitations(&machine);
    for (who, count) in [(Who::OwnerKey, 2), (Who::Colleague, 1), (Who::Member, 0)] {
        let reply = machine.get(who, &path).await;
        assert_eq!(reply.data()["count"], count, "{who:?}");
        assert!(!reply.text.contains("kwi_"));
    }
    assert_eq!(machine.get(Who::Stranger, &path).await.status, 404);
    let one = format!("/v2/invitations/{}", id.as_str().unwrap());
    assert_eq!(machine.delete(Who::Colleague, &one).await.status, 200);
    let twice = json!({"email": "theirs@example.com", "role": "Member"});
    assert_snapshot!(invite(&machine, Who::OwnerKey, &twice).await.refusal(), @"409 409 email: there is an invitation for theirs@example.com already: revoke it to send another");
    let member = json!({"email": "member@example.com", "role": "Member"});
    assert_snapshot!(invite(&machine, Who::OwnerKey, &member).await.refusal(), @"409 409 email: member@example.com is a member of the organization already");
}

#[tokio::test]
async fn a_letter_that_cannot_be_sent_undoes_nothing() {
    let machine = Machine::new();
    machine.mailer.refuse();
    let body = json!({"email": "a@example.com", "role": "Member"});
    let sent = invite(&machine, Who::OwnerKey, &body).await.data();
    assert_eq!(sent["mailed"], false);
    assert_eq!(sent["mailFailure"], "the mail server refused");
    assert_eq!(join(&machine, &sent["token"]).await.status, 200, "the link works");
}

#[tokio::test]
async fn what_is_no_invitation_is_refused_in_a_sentence() {
    let machine = Machine::new();
    let mut refusals = Vec::new();
    for body in [
        json!({"token": "kwi_", "name": "a", "password": PASSWORD}),
        json!({"token": format!("kwi_{}", "0".repeat(64))}),
        json!({"token": format!("kwi_{}", "0".repeat(64)), "name": "a", "password": PASSWORD}),
        json!({"token": format!("kwi_{}", "0".repeat(64)), "name": " ", "password": PASSWORD}),
    ] {
        refusals.push(accept(&machine, Who::Anonymous, &body).await.refusal());
    }
    for body in [
        json!({"email": "A@example.com", "role": "Member"}),
        json!({"email": "a@example.com", "role": "Admin"}),
        json!({"email": "a@example.com", "role": "Member", "projects": [{"projectId": "p", "role": "Member"}]}),
    ] {
        refusals.push(invite(&machine, Who::OwnerKey, &body).await.refusal());
    }
    assert_snapshot!(refusals.join("\n"), @r#"
    400 80000 token: must be the whole token of the invitation, from kwi_ to its end
    400 80000 name: is required of a new person
    404 404 there is no such invitation: it was used, was taken back, or has run out; ask for another
    400 80000 name: must be 1 to 128 characters without control characters or outer spaces
    400 80000 email: must be an e-mail address in lower-case ASCII, such as ada@example.com
    400 80000 role: must be "Member" or "Owner"
    400 80000 projects[0].projectId: not a valid id of this kind: it starts with "proj-" and has a fixed length
    "#);
}
