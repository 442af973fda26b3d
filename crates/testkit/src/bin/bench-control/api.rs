//! A client of the control API that says how long each answer took.

use crate::Result;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::clock::instant;
use ureq::http::Response;
use ureq::{Agent, Body};

/// One caller with a connection of its own.
pub(crate) struct Api {
    agent: Agent,
    base: String,
    bearer: String,
}

/// A new key.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) plain: String,
}

impl Api {
    pub(crate) fn new(base: &str, key: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(1)))
            .http_status_as_error(false)
            .build();
        Self { agent: config.into(), base: base.to_owned(), bearer: format!("Bearer {key}") }
    }

    /// Reads something; how long the whole answer took, and what it was.
    pub(crate) fn get(&self, path: &str) -> Result<(Duration, String)> {
        let request = self.agent.get(format!("{}{path}", self.base));
        let started = instant();
        let answer = request.header("authorization", &self.bearer).call()?;
        let text = text(path, answer)?;
        Ok((started.elapsed(), text))
    }

    /// Makes a key.
    pub(crate) fn create(&self, project: &str) -> Result<Made> {
        let answer = self.post("/v2/api-keys", &body(project))?;
        made(&answer["data"])
    }

    /// Makes many keys with one request.
    pub(crate) fn create_many(&self, project: &str, count: usize) -> Result<Vec<Made>> {
        let body = json!({ "keys": vec![body(project); count] });
        let answer = self.post("/v2/api-keys/bulk", &body)?;
        let list = answer["data"]["apiKeys"].as_array().ok_or("no keys were made")?;
        list.iter().map(made).collect()
    }

    /// Deletes a key; how long it took until the answer said that no gateway admits it.
    pub(crate) fn delete(&self, id: &str) -> Result<Duration> {
        let path = format!("/v2/api-keys/{id}");
        let request = self.agent.delete(format!("{}{path}", self.base));
        let started = instant();
        let answer = request.header("authorization", &self.bearer).call()?;
        let text = text(&path, answer)?;
        let took = started.elapsed();
        let answer: Value = serde_json::from_str(&text)?;
        if answer["data"]["revocation"]["settled"] == json!(true) {
            return Ok(took);
        }
        Err(format!("a deletion was not settled: {text}").into())
    }

    /// Deletes many keys with one request.
    pub(crate) fn delete_many(&self, ids: &[String]) -> Result<()> {
        self.post("/v2/api-keys/bulkDelete", &json!({ "ids": ids })).map(drop)
    }

    /// Sends something and reads the answer.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let answer = request.header("authorization", &self.bearer).send_json(body)?;
        Ok(serde_json::from_str(&text(path, answer)?)?)
    }
}

fn body(project: &str) -> Value {
    let grant = json!({ "projectId": project, "role": "Read-Write", "allCluster": true });
    json!({ "name": "measured", "projects": [grant] })
}

fn made(answer: &Value) -> Result<Made> {
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    match (text("apiKeyId"), text("apiKey")) {
        (Some(id), Some(plain)) => Ok(Made { id, plain }),
        _ => Err("a key was not made".into()),
    }
}

fn text(path: &str, mut answer: Response<Body>) -> Result<String> {
    let text = answer.body_mut().read_to_string()?;
    if answer.status().is_success() {
        return Ok(text);
    }
    Err(format!("{path}: {}: {text}", answer.status()).into())
}
