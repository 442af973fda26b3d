//! People who sign in: a session opened with a password, and what is done with one.

use super::{Machine, Reply, Who};
use axum::http::{Method, header};
use model::UserId;
use model::account::TotpSecret;
use model::name::Email;
use serde_json::{Value, json};
use store::users;
use totp_rs::{Builder, Secret};

pub(crate) const ADA: &str = "ada@example.com";
pub(crate) const NEW: &str = "a quiet walk at dawn";

/// A session somebody opened with their password.
pub(crate) struct Session<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) token: String,
}

impl Session<'_> {
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![(header::AUTHORIZATION, bearer.as_str())];
        let mut text = String::new();
        if !body.is_null() {
            headers.push((header::CONTENT_TYPE, "application/json"));
            text = body.to_string();
        }
        self.machine.send(Who::Anonymous, method, path, &headers, text).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call(Method::POST, path, body).await
    }

    pub(crate) async fn stands(&self) -> bool {
        self.get("/v2/account").await.status == 200
    }

    /// Enrols an app and confirms it; answers with its secret and the recovery codes.
    pub(crate) async fn enrol(&self, password: &str) -> (TotpSecret, Vec<String>) {
        let begun = self.post("/v2/account/totp", &json!({"password": password})).await;
        let secret = begun.data()["secret"].as_str().unwrap().to_owned();
        let bytes = Secret::try_from_base32(&secret).unwrap();
        let secret = TotpSecret::from_bytes(bytes.as_ref()).unwrap();
        let code = self.machine.code(&secret, 0);
        let done = self.post("/v2/account/totp/confirm", &json!({"code": code})).await;
        let codes = done.data()["recoveryCodes"].as_array().unwrap().clone();
        (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }
}

impl Machine {
    pub(crate) async fn sign_in(&self, request: &Value) -> Reply {
        self.post(Who::Anonymous, "/v2/sessions", &request.to_string()).await
    }

    pub(crate) async fn session(&self, request: &Value) -> Session<'_> {
        let reply = self.sign_in(request).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        Session { machine: self, token: reply.data()["token"].as_str().unwrap().to_owned() }
    }

    pub(crate) async fn ada(&self) -> Session<'_> {
        self.session(&json!({"email": ADA, "password": self.password.expose()})).await
    }

    pub(crate) async fn redeem(&self, token: &str, password: &str) -> Reply {
        let body = json!({"token": token, "newPassword": password}).to_string();
        self.post(Who::Anonymous, "/v2/passwordResets", &body).await
    }

    /// The token of a reset of this person by the owner.
    pub(crate) async fn reset(&self, user: UserId, body: &Value) -> String {
        let path = format!("/v2/users/{user}/reset");
        let reply = self.post(Who::OwnerKey, &path, &body.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.data()["token"].as_str().unwrap().to_owned()
    }

    /// What the app shows so many steps from now.
    pub(crate) fn code(&self, secret: &TotpSecret, steps: i64) -> String {
        let totp = Builder::new().with_secret(secret.expose().to_vec()).build().unwrap();
        let seconds = self.clock.millis() / 1000 + steps * 30;
        totp.generate(u64::try_from(seconds).unwrap()).to_string()
    }

    pub(crate) fn user(&self, email: &str) -> UserId {
        let email = Email::new(email).unwrap();
        let found = self.store.read(|reader| users::find_by_email(reader, &email)).unwrap();
        found.unwrap().id
    }

    /// The acts in the trail, newest first, each with its outcome and detail.
    pub(crate) async fn trail(&self, about: UserId) -> Vec<String> {
        let reply = self.get(Who::OwnerKey, &format!("/v2/audit?resource={about}")).await;
        let records = reply.data()["audits"].as_array().unwrap().clone();
        let line = |record: &Value| {
            let part = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", part("action"), part("outcome"), part("detail"))
        };
        records.iter().map(line).collect()
    }
}
