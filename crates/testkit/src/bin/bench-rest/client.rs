//! A client of a RESTful API on one connection that is kept.

use crate::Result;
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;

pub(crate) struct Client {
    agent: Agent,
    base: String,
    bearer: String,
}

impl Client {
    pub(crate) fn new(base: &str, token: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(2)))
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), base: base.to_owned(), bearer: format!("Bearer {token}") }
    }

    /// Posts JSON; the answer as it stands.
    pub(crate) fn post(&self, path: &str, body: &str) -> Result<String> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request
            .header("authorization", &self.bearer)
            .header("content-type", "application/json");
        let mut answer = request.send(body)?;
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string()?;
        if answer.status().is_success() {
            return Ok(text);
        }
        Err(format!("{path}: {}: {text:.300}", answer.status()).into())
    }

    /// The data of an answer whose code says that all went well: 0, or 200 in the first version.
    pub(crate) fn data(&self, path: &str, body: &Value) -> Result<Value> {
        let text = self.post(path, &body.to_string())?;
        let mut answer: Value = serde_json::from_str(&text)?;
        if good(&text) { Ok(answer["data"].take()) } else { Err(format!("{path}: {text}").into()) }
    }
}

/// Whether an answer says that all went well.
pub(crate) fn good(text: &str) -> bool {
    text.starts_with("{\"code\":0,") || text.starts_with("{\"code\":200,")
}
