//! One's own account: password, second factor, sessions.

use crate::harness::session::{ADA, NEW, Session};
use crate::harness::{Machine, Who};
use axum::http::{Method, header};
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn an_account_is_seen_and_renamed_by_its_person() {
    let machine = Machine::new();
    let seen = machine.get(Who::OwnerKey, "/v2/account").await;
    assert_snapshot!(seen.shown(), @r#"
    200 {
      "code": 0,
      "data": {
        "createTime": "2026-11-23T18:33:22.007Z",
        "email": "ada@example.com",
        "name": "ada@example.com",
        "organizations": [
          {
            "organizationId": "[organization]",
            "organizationName": "Acme",
            "role": "Owner"
          }
        ],
        "recoveryCodesLeft": 0,
        "secondFactor": false,
        "status": "ACTIVE",
        "userId": "[user]"
      }
    }
    "#);
    let ada = machine.ada().await;
    let named = ada.call(Method::PATCH, "/v2/account", &json!({"name": "Ada Lovelace"})).await;
    assert_eq!(named.data()["name"], "Ada Lovelace");
    for bad in [json!({}), json!({"name": ""}), json!({"name": 7}), json!({"name": "A", "x": 1})] {
        assert_eq!(ada.call(Method::PATCH, "/v2/account", &bad).await.status, 400, "{bad}");
    }
    let refused = machine.get(Who::ProjectKey, "/v2/account").await;
    assert_snapshot!(refused.refusal(), @"403 403 only people have an account: use a session or a personal API key");
    assert!(
        machine
            .trail(machine.owner)
            .await
            .contains(&"account.update done renamed to \"Ada Lovelace\"".to_owned())
    );
}

#[tokio::test]
async fn a_key_changes_nothing_of_its_persons_account() {
    let machine = Machine::new();
    let password = machine.password.expose();
    let acts = [
        (Method::PATCH, "/v2/account", json!({"name": "Eve"})),
        (Method::PUT, "/v2/account/password", json!({"oldPassword": password, "newPassword": NEW})),
        (Method::POST, "/v2/account/totp", json!({"password": password})),
        (Method::POST, "/v2/account/totp/confirm", json!({"code": "123456"})),
        (Method::POST, "/v2/account/totp/disable", json!({"password": password})),
        (Method::POST, "/v2/account/totp/recoveryCodes", json!({"password": password})),
    ];
    for (method, path, body) in acts {
        let body = body.to_string();
        let reply = machine.call(Who::OwnerKey, method, path, &body).await;
        assert_eq!(
            reply.refusal(),
            "403 403 an account is changed by its own person in a session: sign in with POST \
             /v2/sessions or keyward login",
            "{path}"
        );
    }
    let path = "/v2/sessions/others";
    assert_eq!(machine.delete(Who::OwnerKey, path).await.status, 403);
    let refused = machine.trail(machine.owner).await;
    assert_eq!(refused.iter().filter(|line| line.contains(" refused ")).count(), 7, "{refused:?}");
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_ends_what_it_opened() {
    let machine = Machine::new();
    let (ada, elsewhere) = (machine.ada().await, machine.ada().await);
    let old = machine.password.expose();
    let change = async |old: &str, new: &str| {
        let body = json!({"oldPassword": old, "newPassword": new});
        ada.call(Method::PUT, "/v2/account/password", &body).await
    };
    assert_snapshot!(change("wrong", NEW).await.refusal(), @"400 80000 oldPassword: is not the password of the account");
    let long = "long enough ".repeat(11);
    for weak in ["short", "passwordpassword", "the keyward of mine", &long, old] {
        let reply = change(old, weak).await;
        assert_eq!(reply.status, 400, "{weak}: {}", reply.text);
        assert!(reply.text.contains("newPassword: "), "{weak}: {}", reply.text);
    }
    assert_eq!(change(old, NEW).await.status, 200);
    assert!(ada.stands().await && !elsewhere.stands().await);
    assert_eq!(machine.sign_in(&json!({"email": ADA, "password": old})).await.status, 401);
    machine.session(&json!({"email": ADA, "password": NEW})).await;
}

#[tokio::test]
async fn guessing_the_old_password_in_an_open_session_is_limited() {
    let machine = Machine::new();
    let ada = machine.ada().await;
    let guess = async |password: &str| {
        ada.post("/v2/account/totp", &json!({"password": password})).await.status
    };
    for _ in 0..10 {
        assert_eq!(guess("wrong").await, 400);
    }
    assert_eq!(guess(machine.password.expose()).await, 429);
    machine.clock.pass_minutes(15);
    assert_eq!(guess(machine.password.expose()).await, 200);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_taken_once() {
    let machine = Machine::new();
    let password = machine.password.expose();
    let (ada, elsewhere) = (machine.ada().await, machine.ada().await);
    let begun = ada.post("/v2/account/totp", &json!({"password": password})).await;
    let uri = begun.data()["otpauthUri"].as_str().unwrap().to_owned();
    let start = "otpauth://totp/Keyward:ada@example.com?secret=";
    assert!(uri.starts_with(start) && uri.contains(begun.data()["secret"].as_str().unwrap()));
    let wrong = ada.post("/v2/account/totp/confirm", &json!({"code": "000000"})).await;
    assert_snapshot!(wrong.refusal(), @"400 80000 code: is wrong: check that the clock of the app's device is right");
    // Not confirmed yet, so nothing is asked.
    machine.ada().await;

    let (secret, codes) = ada.enrol(password).await;
    assert_eq!(codes.len(), 10);
    assert!(ada.stands().await && !elsewhere.stands().await);
    let account = ada.get("/v2/account").await.data();
    assert_eq!(
        (&account["secondFactor"], &account["recoveryCodesLeft"]),
        (&json!(true), &json!(10))
    );
    let again = ada.post("/v2/account/totp", &json!({"password": password})).await;
    assert_eq!(again.status, 409);

    let needed = machine.sign_in(&json!({"email": ADA, "password": password})).await;
    assert_snapshot!(needed.refusal(), @"401 40101 code: the account has a second factor: send the six digits of the authenticator app as code, or a recoveryCode");
    let unknown = machine.sign_in(&json!({"email": ADA, "password": "wrong"})).await;
    assert_snapshot!(unknown.refusal(), @"401 401 the e-mail address or the password is wrong");
    let with = |code: &str| json!({"email": ADA, "password": password, "code": code});
    let blind = json!({"email": ADA, "password": "wrong", "code": machine.code(&secret, 1)});
    assert_eq!(machine.sign_in(&blind).await.code(), Some(401));
    // The code of the confirmation was used.
    let used = machine.sign_in(&with(&machine.code(&secret, 0))).await;
    assert_snapshot!(used.refusal(), @"401 40102 code: is wrong, or was used already: wait until the app shows another");
    let next = machine.code(&secret, 1);
    assert_eq!(machine.sign_in(&with(&next)).await.status, 200);
    assert_eq!(machine.sign_in(&with(&next)).await.code(), Some(40102), "a replay");
    assert_eq!(machine.sign_in(&with(&machine.code(&secret, 2))).await.code(), Some(40102));
    for bad in ["", "12345", "1234567", "abcdef"] {
        assert_eq!(machine.sign_in(&with(bad)).await.code(), Some(80000), "{bad:?}");
    }
    let both = json!({"email": ADA, "password": password, "code": next, "recoveryCode": codes[0]});
    assert_eq!(machine.sign_in(&both).await.code(), Some(80000));
    let trail = machine.trail(machine.owner).await;
    assert!(trail.iter().any(|line| line.starts_with("session.open refused")), "{trail:?}");
    let text = crate::harness::log().text();
    for secret in [codes[0].as_str(), begun.data()["secret"].as_str().unwrap()] {
        assert!(!text.contains(secret), "a secret is in the log");
    }
}

#[tokio::test]
async fn codes_are_no_way_around_the_limit() {
    let machine = Machine::new();
    let password = machine.password.expose();
    let (secret, codes) = machine.ada().await.enrol(password).await;
    let (code, recovery) = ("000000", "aaaaa-aaaaa");
    for attempt in 0..10 {
        let (name, wrong) =
            if attempt % 2 == 0 { ("code", code) } else { ("recoveryCode", recovery) };
        let reply =
            machine.sign_in(&json!({"email": ADA, "password": password, name: wrong})).await;
        assert_eq!(reply.code(), Some(40102), "{}", reply.text);
    }
    for right in [json!({"code": machine.code(&secret, 1)}), json!({"recoveryCode": codes[0]})] {
        let mut request = json!({"email": ADA, "password": password});
        request.as_object_mut().unwrap().extend(right.as_object().unwrap().clone());
        assert_eq!(machine.sign_in(&request).await.status, 429);
    }
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_codes_can_be_renewed() {
    let machine = Machine::new();
    let password = machine.password.expose();
    let ada = machine.ada().await;
    let (secret, codes) = ada.enrol(password).await;
    let with = |code: &str| json!({"email": ADA, "password": password, "recoveryCode": code});
    assert_eq!(machine.sign_in(&with(&codes[0].to_uppercase())).await.status, 200);
    let reused = machine.sign_in(&with(&codes[0])).await;
    assert_snapshot!(reused.refusal(), @"401 40102 recoveryCode: is wrong, or was used already");
    assert_eq!(ada.get("/v2/account").await.data()["recoveryCodesLeft"], 9);

    let path = "/v2/account/totp/recoveryCodes";
    assert_eq!(ada.post(path, &json!({})).await.status, 400);
    assert_eq!(ada.post(path, &json!({"password": password, "code": "123456"})).await.status, 400);
    assert_eq!(ada.post(path, &json!({"code": "000000"})).await.status, 400);
    let renewed = ada.post(path, &json!({"code": machine.code(&secret, 1)})).await;
    let fresh = renewed.data()["recoveryCodes"][0].as_str().unwrap().to_owned();
    assert_eq!(machine.sign_in(&with(&codes[1])).await.code(), Some(40102), "replaced");
    assert_eq!(machine.sign_in(&with(&fresh)).await.status, 200);
}

#[tokio::test]
async fn a_second_factor_is_taken_off_with_a_proof_only() {
    let machine = Machine::new();
    let password = machine.password.expose();
    let ada = machine.ada().await;
    let path = "/v2/account/totp/disable";
    let none = ada.post(path, &json!({"password": password})).await;
    assert_snapshot!(none.refusal(), @"409 409 the account has no second factor: enable one first");
    let (secret, codes) = ada.enrol(password).await;
    for wrong in [
        json!({}),
        json!({"password": "wrong"}),
        json!({"code": machine.code(&secret, 0)}),
        json!({"recoveryCode": "aaaaa-aaaaa"}),
    ] {
        assert_eq!(ada.post(path, &wrong).await.status, 400, "{wrong}");
    }
    assert_eq!(ada.post(path, &json!({"recoveryCode": codes[3]})).await.status, 200);
    machine.ada().await;
    let account = ada.get("/v2/account").await.data();
    assert_eq!(
        (&account["secondFactor"], &account["recoveryCodesLeft"]),
        (&json!(false), &json!(0))
    );
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_person() {
    let machine = Machine::new();
    let agent = format!("agent {}", "x".repeat(200));
    machine.clock.pass_minutes(1);
    let body = json!({"email": ADA, "password": machine.password.expose()}).to_string();
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::USER_AGENT, &*agent)];
    let opened = machine.send(Who::Anonymous, Method::POST, "/v2/sessions", &headers, body).await;
    let token = opened.data()["token"].as_str().unwrap().to_owned();
    let other = Session { machine: &machine, token };
    machine.clock.pass_minutes(6);
    let ada = machine.ada().await;
    let listed = ada.get("/v2/sessions").await;
    assert!(!listed.text.contains("kws_"), "no token is shown");
    let data = listed.data();
    assert_eq!(data["count"], 3);
    let entry = |index: usize| data["sessions"][index].clone();
    assert_eq!((&entry(0)["current"], &entry(1)["current"]), (&json!(true), &json!(false)));
    assert_eq!(entry(1)["address"], "192.0.2.1");
    assert_eq!(entry(1)["client"].as_str().unwrap().len(), 100);
    assert_eq!(entry(1)["lastSeenTime"], entry(1)["createTime"]);
    assert!(other.stands().await);
    let seen = ada.get("/v2/sessions").await.data();
    assert_ne!(seen["sessions"][1]["lastSeenTime"], entry(1)["lastSeenTime"]);

    let path = |entry: &Value| format!("/v2/sessions/{}", entry["sessionId"].as_str().unwrap());
    let theirs = path(&entry(1));
    assert_eq!(machine.delete(Who::Stranger, &theirs).await.status, 404);
    assert_eq!(machine.delete(Who::OwnerSession, "/v2/sessions/sess-x").await.status, 404);
    assert!(other.stands().await);
    assert_eq!(ada.call(Method::DELETE, &theirs, &Value::Null).await.status, 200);
    assert!(!other.stands().await);
    assert_eq!(ada.call(Method::DELETE, &theirs, &Value::Null).await.status, 404);
    let (one, two) = (machine.ada().await, machine.ada().await);
    let ended = ada.call(Method::DELETE, "/v2/sessions/others", &Value::Null).await;
    assert_eq!(ended.data()["count"], 3);
    assert!(ada.stands().await && !one.stands().await && !two.stands().await);
}
