//! An answer, and how a test shows it.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::cluster_user::ClusterPassword;
use model::{
    ApiKey, AuditId, ClusterId, GatewayId, InvitationId, KeyId, OrganizationId, ProjectId,
    RequestId, SecretText, UserId, WhitelistEntryId,
};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// Reads an answer to its end, and checks what every answer must have.
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let reply = Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        };
        let id = reply.header("requestid");
        assert!(id.parse::<RequestId>().is_ok(), "requestid: {id}");
        let bare = reply.text.starts_with("{\"components\"");
        if reply.header("content-type") == "application/json" && !bare && !reply.text.is_empty() {
            assert_eq!(reply.header("cache-control"), "no-store");
            let code = reply.json()["code"].as_u64().unwrap();
            let gone = code == 404 && reply.status == StatusCode::OK;
            assert_eq!(code == 0, reply.status.is_success() && !gone);
        }
        reply
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn data(&self) -> Value {
        self.json()["data"].clone()
    }

    /// The code, if the answer has one.
    pub(crate) fn code(&self) -> Option<u64> {
        serde_json::from_str::<Value>(&self.text).ok()?["code"].as_u64()
    }

    /// Status, code and message in one line.
    pub(crate) fn refusal(&self) -> String {
        let json = self.json();
        let message = json["message"].as_str().unwrap_or_default();
        format!("{} {} {message}", self.status.as_u16(), json["code"])
    }

    /// Status and body, with every generated value checked and then replaced by what it is.
    pub(crate) fn shown(&self) -> String {
        let mut json = self.json();
        redact(&mut json);
        let body = serde_json::to_string_pretty(&json).unwrap();
        format!("{} {body}", self.status.as_u16())
    }
}

fn redact(value: &mut Value) {
    match value {
        Value::Array(entries) => entries.iter_mut().for_each(redact),
        Value::Object(fields) => {
            for (name, field) in fields {
                redact(field);
                if name == "password" {
                    let chosen = SecretText::new(field.as_str().unwrap().to_owned());
                    assert!(ClusterPassword::new(chosen).is_ok());
                    *field = Value::from("[password]");
                }
            }
        }
        Value::String(text) => {
            let redacted: Vec<_> = text.split(' ').map(what_it_is).collect();
            *text = redacted.join(" ");
        }
        _ => {}
    }
}

fn what_it_is(word: &str) -> String {
    let kinds: [(&str, bool); 12] = [
        ("[api key]", ApiKey::parse(word.as_bytes()).is_some()),
        ("[key]", word.parse::<KeyId>().is_ok()),
        ("[project]", word.parse::<ProjectId>().is_ok()),
        ("[organization]", word.parse::<OrganizationId>().is_ok()),
        ("[cluster]", word.parse::<ClusterId>().is_ok()),
        ("[user]", word.parse::<UserId>().is_ok()),
        ("[audit]", word.parse::<AuditId>().is_ok()),
        ("[gateway]", word.parse::<GatewayId>().is_ok()),
        ("[entry]", word.parse::<WhitelistEntryId>().is_ok()),
        ("[invitation]", word.parse::<InvitationId>().is_ok()),
        ("[token]", control::command::invitations::token(word).is_some()),
        ("[session]", is_session(word)),
    ];
    let kind = kinds.into_iter().find(|(_, matches)| *matches);
    kind.map_or_else(|| in_address(word), |(name, _)| name.to_owned())
}

fn is_session(word: &str) -> bool {
    matches!(control::Credential::parse(word), Some(control::Credential::Session(_)))
}

/// A cluster's host name or an invitation's link, or the word itself.
fn in_address(word: &str) -> String {
    if let Some((page, token)) = word.split_once('#')
        && control::command::invitations::token(token).is_some()
    {
        return format!("{page}#[token]");
    }
    let cluster = word
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('.'))
        .filter(|(label, _)| label.parse::<ClusterId>().is_ok());
    cluster.map_or_else(|| word.to_owned(), |(_, rest)| format!("http://[cluster].{rest}"))
}
