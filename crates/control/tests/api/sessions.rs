//! Signing in and out.

use crate::harness::{Machine, Reply, Who};
use axum::http::{Method, header};
use insta::assert_snapshot;
use model::UserId;
use model::audit::Outcome;
use serde_json::json;
use store::Page;
use store::audit::AuditFilter;

async fn sign_in(machine: &Machine, email: &str, password: &str) -> Reply {
    let request = json!({"email": email, "password": password}).to_string();
    machine.post(Who::Anonymous, "/v2/sessions", &request).await
}

async fn with_token(machine: &Machine, method: Method, path: &str, token: &str) -> Reply {
    let value = format!("Bearer {token}");
    let headers = [(header::AUTHORIZATION, value.as_str())];
    machine.send(Who::Anonymous, method, path, &headers, Vec::new()).await
}

#[tokio::test]
async fn an_owner_signs_in_works_and_signs_out() {
    let machine = Machine::new();
    let reply = sign_in(&machine, "ada@example.com", machine.password.expose()).await;
    assert_snapshot!(reply.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "email": "ada@example.com",
        "expireTime": "2026-11-24T06:33:22.007Z",
        "name": "ada@example.com",
        "token": "[session]",
        "userId": "[user]"
      }
    }
    "#);
    let token = reply.data()["token"].as_str().unwrap().to_owned();
    let seen = with_token(&machine, Method::GET, "/v2/projects", &token).await;
    assert_eq!(seen.data()[0]["projectName"], "default");
    let closed = with_token(&machine, Method::DELETE, "/v2/sessions", &token).await;
    assert_snapshot!(closed.shown(), @r#"
    200 {
      "code": 0,
      "data": {}
    }
    "#);
    let after = with_token(&machine, Method::GET, "/v2/projects", &token).await;
    assert_snapshot!(after.refusal(), @"401 80002 the session is over or was never opened: sign in again");
}

#[tokio::test]
async fn a_session_is_over_after_twelve_hours_of_use_or_one_without() {
    let machine = Machine::new();
    let session = async || {
        let reply = sign_in(&machine, "ada@example.com", machine.password.expose()).await;
        reply.data()["token"].as_str().unwrap().to_owned()
    };
    let status =
        async |token: &str| with_token(&machine, Method::GET, "/v2/projects", token).await.status;
    let used = session().await;
    for _ in 0..24 {
        machine.clock.pass_minutes(29);
        assert_eq!(status(&used).await, 200);
    }
    machine.clock.pass_minutes(23);
    assert_eq!(status(&used).await, 200, "one minute before its end");
    machine.clock.pass_minutes(1);
    assert_eq!(status(&used).await, 401);

    let unused = session().await;
    machine.clock.pass_minutes(59);
    assert_eq!(status(&unused).await, 200);
    machine.clock.pass_minutes(60);
    assert_eq!(status(&unused).await, 401);
}

#[tokio::test]
async fn nobody_learns_whether_the_account_or_the_password_was_wrong() {
    let machine = Machine::new();
    let wrong = sign_in(&machine, "ada@example.com", "wrong").await;
    let unknown = sign_in(&machine, "nobody@example.com", "wrong").await;
    let without = sign_in(&machine, "member@example.com", "wrong").await;
    assert_snapshot!(wrong.refusal(), @"401 401 the e-mail address or the password is wrong");
    assert_eq!(wrong.text, unknown.text);
    assert_eq!(wrong.text, without.text);
}

#[tokio::test]
async fn wrong_passwords_are_recorded_without_what_was_typed() {
    let machine = Machine::new();
    let refusals = || {
        let filter = AuditFilter {
            action: Some("session.open".to_owned()),
            outcome: Some(Outcome::Refused),
            ..AuditFilter::default()
        };
        let page = Page::new(1, 100).unwrap();
        machine.store.read(|reader| store::audit::list(reader, &filter, page)).unwrap().items
    };
    assert_eq!(refusals().len(), 0);
    sign_in(&machine, "ada@example.com", "wrong-password-of-ada").await;
    // As somebody types who is in the wrong field.
    sign_in(&machine, "my-secret@password.example", "wrong").await;
    sign_in(&machine, "ada@example.com", machine.password.expose()).await;
    let records = refusals();
    let mut about: Vec<_> = records.iter().map(|record| record.resource.clone()).collect();
    about.sort();
    let mut expected = [machine.owner.to_string(), UserId::NOBODY.to_string()];
    expected.sort();
    assert_eq!(about, expected);
    for record in &records {
        assert_eq!((record.actor.as_str(), record.user), ("anonymous", None));
        let written = format!("{record:?}");
        assert!(!written.contains("wrong") && !written.contains("secret"), "{written}");
    }
    // What is tried beyond the bound is not looked at, and so not recorded.
    for number in 0..100 {
        sign_in(&machine, &format!("nobody-{number}@example.com"), "wrong").await;
    }
    let bounded = refusals().len();
    assert!(bounded <= 60, "{bounded}");
    machine.clock.pass_minutes(15);
    sign_in(&machine, "member@example.com", "wrong").await;
    assert_eq!(refusals().len(), bounded + 1);
}

#[tokio::test]
async fn attempts_are_limited_and_even_the_right_password_waits() {
    let machine = Machine::new();
    for _ in 0..10 {
        assert_eq!(sign_in(&machine, "ada@example.com", "wrong").await.status, 401);
    }
    let right = machine.password.expose();
    let reply = sign_in(&machine, "ada@example.com", right).await;
    assert_snapshot!(reply.refusal(), @"429 429 too many attempts to sign in: wait 15 minutes and try again");
    machine.clock.pass_minutes(15);
    assert_eq!(sign_in(&machine, "ada@example.com", right).await.status, 200);
}

#[tokio::test]
async fn a_key_has_no_session_to_end() {
    let machine = Machine::new();
    let reply = machine.delete(Who::OwnerKey, "/v2/sessions").await;
    assert_snapshot!(reply.refusal(), @"400 80000 an API key has no session to end: delete the key to end what it may do");
}
