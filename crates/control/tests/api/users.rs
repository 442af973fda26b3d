//! Accounts of others: resets, disabled people, accounts that an owner makes.

use crate::harness::session::NEW;
use crate::harness::{Machine, Who};
use axum::http::Method;
use insta::assert_snapshot;
use model::{OrganizationRole, SecretText, UserId};
use serde_json::{Value, json};
use store::members;

#[tokio::test]
async fn a_reset_token_sets_a_password_once() {
    let machine = Machine::new();
    let member = machine.member;
    let token = machine.reset(member, &json!({})).await;
    let weak = machine.redeem(&token, "password").await;
    assert_eq!(weak.status, 400);
    assert_eq!(machine.get(Who::Member, "/v2/account").await.status, 200, "until it is used");
    assert_eq!(machine.redeem(&token, NEW).await.status, 200);
    assert_eq!(machine.get(Who::Member, "/v2/account").await.status, 401);
    let again = machine.redeem(&token, "another walk at dusk").await;
    assert_snapshot!(again.refusal(), @"400 80000 token: is none, was used already or is over: ask an owner for another");
    machine.session(&json!({"email": "member@example.com", "password": NEW})).await;

    let (first, second) =
        (machine.reset(member, &json!({})).await, machine.reset(member, &json!({})).await);
    assert_eq!(machine.redeem(&first, NEW).await.status, 400, "replaced");
    machine.clock.pass_minutes(24 * 60 - 1);
    assert_eq!(machine.redeem(&second, NEW).await.status, 200);
    let late = machine.reset(member, &json!({})).await;
    machine.clock.pass_minutes(24 * 60);
    assert_eq!(machine.redeem(&late, NEW).await.status, 400, "over");
    for bad in ["", "kwr_", &late[1..], &late.to_uppercase(), &format!("kws_{}", &late[4..])] {
        assert_eq!(machine.redeem(bad, NEW).await.status, 400, "{bad:?}");
    }
    let trail = machine.trail(member).await;
    assert!(trail.iter().any(|line| line.starts_with("user.reset done made a reset token")));
    assert!(trail.contains(&"account.password done set a password with a reset token".to_owned()));
    assert!(!crate::harness::log().text().contains(&token));
}

#[tokio::test]
async fn a_reset_ends_with_the_right_of_whoever_may_have_made_it() {
    let machine = Machine::new();
    let (organization, member) = (machine.organization, machine.member);
    let colleague = machine.user("colleague@example.com");
    let path = format!("/v2/users/{member}/reset");
    let set = |role| {
        machine.change(|work| members::set_organization_role(work, organization, colleague, role));
    };
    let made_by_colleague = async || {
        set(OrganizationRole::Owner);
        let reply = machine.post(Who::Colleague, &path, "{}").await;
        reply.data()["token"].as_str().unwrap().to_owned()
    };
    let is_refused = async |token: &str, why: &str| {
        assert_eq!(machine.redeem(token, NEW).await.status, 400, "{why}");
    };

    let token = made_by_colleague().await;
    set(OrganizationRole::Member);
    is_refused(&token, "no owner any more").await;

    let token = made_by_colleague().await;
    machine.post(Who::OwnerKey, &format!("/v2/users/{colleague}/disable"), "").await;
    is_refused(&token, "a disabled owner").await;
    machine.post(Who::OwnerKey, &format!("/v2/users/{colleague}/enable"), "").await;

    let token = machine.reset(member, &json!({})).await;
    let stranger = machine.user("stranger@example.com");
    let elsewhere =
        machine.store.read(|reader| members::organizations_of(reader, stranger)).unwrap()[0].0;
    machine.change(|work| {
        let role = OrganizationRole::Member;
        members::set_organization_role(work, elsewhere, member, role)
    });
    is_refused(&token, "the person joined another organization").await;
    machine.change(|work| members::remove_from_organization(work, elsewhere, member));

    set(OrganizationRole::Owner);
    let token = machine.reset(member, &json!({})).await;
    machine.change(|work| members::remove_from_organization(work, organization, colleague));
    is_refused(&token, "an owner left").await;
    let token = machine.reset(member, &json!({})).await;
    assert_eq!(machine.redeem(&token, NEW).await.status, 200);
}

#[tokio::test]
async fn a_reset_keeps_the_second_factor_unless_the_owner_says_otherwise() {
    let machine = Machine::new();
    let member = machine.member;
    let token = machine.reset(member, &json!({})).await;
    machine.redeem(&token, NEW).await;
    let with = json!({"email": "member@example.com", "password": NEW});
    machine.session(&with).await.enrol(NEW).await;
    let token = machine.reset(member, &json!({})).await;
    // Eight characters are enough beside a second factor.
    assert_eq!(machine.redeem(&token, "dusk walk").await.status, 200);
    let short = json!({"email": "member@example.com", "password": "dusk walk"});
    assert_eq!(machine.sign_in(&short).await.code(), Some(40101));
    let token = machine.reset(member, &json!({"removeSecondFactor": true})).await;
    assert_eq!(machine.redeem(&token, "dusk walk").await.status, 400, "it stands alone then");
    assert_eq!(machine.redeem(&token, NEW).await.status, 200);
    machine.session(&with).await;
    let trail = machine.trail(member).await;
    assert!(trail[1].ends_with("with a reset token and took the second factor off"), "{trail:?}");
    assert!(trail[2].ends_with("which takes the second factor off too"), "{trail:?}");
}

#[tokio::test]
async fn only_who_owns_all_of_a_persons_organizations_may_act_on_them() {
    let machine = Machine::new();
    let stranger = machine.user("stranger@example.com");
    let acts = |user: UserId| {
        [
            (Method::POST, format!("/v2/users/{user}/reset"), "{}"),
            (Method::POST, format!("/v2/users/{user}/disable"), ""),
            (Method::POST, format!("/v2/users/{user}/enable"), ""),
            (Method::DELETE, format!("/v2/users/{user}/totp"), ""),
            (Method::DELETE, format!("/v2/users/{user}/sessions"), ""),
        ]
    };
    for (method, path, body) in acts(stranger) {
        let reply = machine.call(Who::OwnerSession, method, &path, body).await;
        assert_eq!(reply.status, 404, "{path}");
    }
    // The stranger joins, and keeps an organization of their own.
    let member = OrganizationRole::Member;
    let organization = machine.organization;
    machine.change(|work| members::set_organization_role(work, organization, stranger, member));
    for (method, path, body) in acts(stranger) {
        let reply = machine.call(Who::OwnerSession, method, &path, body).await;
        assert_eq!(
            reply.refusal(),
            "403 403 the person is a member of organizations that you do not own: ask whoever runs \
             this Keyward",
            "{path}"
        );
    }
    for (method, path, body) in acts(machine.owner) {
        for who in [Who::OwnerSession, Who::OwnerKey] {
            let reply = machine.call(who, method.clone(), &path, body).await;
            assert_eq!(
                reply.refusal(),
                "403 403 nobody may do this to their own account: use /v2/account, or keyward \
                 account",
                "{path}"
            );
        }
    }
    assert_eq!(machine.get(Who::OwnerKey, "/v2/users/user-x").await.status, 404);
}

#[tokio::test]
async fn a_disabled_person_can_do_nothing_until_enabled() {
    let machine = Machine::new();
    let member = machine.member;
    let token = machine.reset(member, &json!({})).await;
    machine.redeem(&token, NEW).await;
    let request = json!({"email": "member@example.com", "password": NEW});
    let session = machine.session(&request).await;
    assert_eq!(machine.get(Who::MemberKey, "/v2/account").await.status, 200);
    let token = machine.reset(member, &json!({})).await;

    let path = format!("/v2/users/{member}/disable");
    let disabled = machine.post(Who::OwnerKey, &path, "").await;
    assert_eq!((disabled.status.as_u16(), &disabled.data()["status"]), (200, &json!("DISABLED")));
    assert_eq!(disabled.data()["revocation"]["settled"], true);
    assert_eq!(machine.fence.asked().last(), Some(&machine.store.revision().unwrap()));
    assert!(!session.stands().await);
    assert_eq!(machine.get(Who::MemberKey, "/v2/account").await.code(), Some(21119));
    let refused = machine.sign_in(&request).await;
    assert_snapshot!(refused.refusal(), @"403 403 this account is disabled: ask whoever runs this Keyward");
    let wrong = json!({"email": "member@example.com", "password": "wrong"});
    assert_eq!(machine.sign_in(&wrong).await.code(), Some(401), "it says nothing to a guesser");
    assert_eq!(machine.redeem(&token, NEW).await.status, 400);
    let reset = format!("/v2/users/{member}/reset");
    assert_eq!(machine.post(Who::OwnerKey, &reset, "{}").await.status, 409);

    let path = format!("/v2/users/{member}/enable");
    let enabled = machine.post(Who::OwnerKey, &path, "").await;
    assert_eq!(enabled.data()["status"], "ACTIVE");
    assert!(!session.stands().await, "a session stays ended");
    assert_eq!(machine.get(Who::MemberKey, "/v2/account").await.status, 200);
    machine.session(&request).await;
    let trail = machine.trail(member).await;
    assert!(trail.iter().any(|line| line.starts_with("session.open refused")), "{trail:?}");
}

#[tokio::test]
async fn an_owner_makes_an_account_whose_person_sets_the_password() {
    let machine = Machine::new();
    let make = async |who, body: Value| machine.post(who, "/v2/users", &body.to_string()).await;
    let body = json!({"email": "eve@example.com", "name": "Eve", "role": "Member"});
    for who in [Who::Colleague, Who::Member, Who::ProjectOwner] {
        assert_eq!(make(who, body.clone()).await.status, 403, "{who:?}");
    }
    for bad in [
        json!({}),
        json!({"email": "Eve"}),
        json!({"email": "eve@example.com", "role": "owner"}),
        json!({"email": "eve@example.com", "organizationId": "org-x"}),
        json!({"email": "eve@example.com", "password": "x"}),
    ] {
        assert_eq!(make(Who::OwnerSession, bad.clone()).await.status, 400, "{bad}");
    }
    let made = make(Who::OwnerSession, body.clone()).await;
    assert_eq!(made.status, 200, "{}", made.text);
    assert_eq!(make(Who::OwnerSession, body).await.status, 409);
    let token = made.data()["reset"]["token"].as_str().unwrap().to_owned();
    assert_eq!(machine.redeem(&token, NEW).await.status, 200);
    let eve = machine.session(&json!({"email": "eve@example.com", "password": NEW})).await;
    let organizations = eve.get("/v2/account").await.data()["organizations"].clone();
    assert_eq!(organizations[0]["role"], "Member");
    let listed = machine.get(Who::OwnerKey, "/v2/users?search=eve").await.data();
    assert_eq!((&listed["count"], &listed["users"][0]["status"]), (&json!(1), &json!("ACTIVE")));
}

#[test]
fn a_secret_in_a_request_is_not_printed() {
    let secret = SecretText::new(NEW.to_owned());
    assert!(
        !format!("{:?}", control::command::account::Proof::Password("password", secret))
            .contains(NEW)
    );
}
