//! The API against its own description: thousands of requests made from the OpenAPI document, right
//! and wrong, sent to a running server.

use crate::support::{Keyward, run, schemathesis_program};
use std::process::Command;

/// What every answer is checked for.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";
/// How long a run may go on making requests, in seconds.
const MAX_TIME: &str = "40";

/// The document with ids of this server in its examples, so that requests reach what is there.
fn document(keyward: &Keyward) -> String {
    let text = control::describe::openapi().to_string();
    text.replace("proj-0123456789abcdef012345", keyward.said("projectId"))
        .replace("in01-0123456789abcde", keyward.said("clusterId"))
        .replace("key-abcdefghijklmnopqrstuv", keyward.said("apiKeyId"))
}

fn check(keyward: &Keyward, who: &str, credential: Option<&str>, more: &[&str]) {
    let file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
    std::fs::write(file.path(), document(keyward)).unwrap();
    let mut command = Command::new(schemathesis_program());
    command.arg("run").arg(file.path()).args(["--url", keyward.said("controlUrl")]);
    command.args(["--checks", CHECKS, "--generation-deterministic", "--max-time", MAX_TIME]);
    command.args(["--phases", "examples,coverage,fuzzing", "--no-color"]);
    command.args(["--request-timeout", "30"]).args(more);
    if let Some(key) = credential {
        command.arg("--header").arg(format!("Authorization: Bearer {key}"));
    }
    command.current_dir(file.path().parent().unwrap());
    let (success, output) = run(command);
    assert!(success, "as {who}:\n{output}");
}

#[test]
fn every_answer_is_as_described() {
    let keyward = Keyward::start();
    check(&keyward, "anonymous", None, &["--max-examples", "3"]);
    let owner = keyward.said("personalApiKey").to_owned();
    check(&keyward, "an owner", Some(&owner), &["--max-examples", "12"]);
}
