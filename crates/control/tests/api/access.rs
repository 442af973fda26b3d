//! Who may call what: every route, every kind of caller, the status each gets.

use crate::harness::{Machine, Who};
use axum::http::Method;
use std::fmt::Write as _;

/// Columns as in [`Who::ALL`]; `gone` is a 200 that says 404.
const COLUMNS: &str = " none  strng colle membr p-key p-own sess  key";

/// A request that an owner would be granted, about things made for this call.
fn request(machine: &Machine, method: &Method, path: &str, call: usize) -> (String, String) {
    let project = machine.project;
    let key = format!(
        r#"{{"name":"k{call}","projects":[{{"projectId":"{project}","role":"Admin","allCluster":true}}]}}"#
    );
    let body = match (method.as_str(), path) {
        ("POST", "/v2/sessions") => {
            let password = machine.password.expose();
            format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#)
        }
        ("POST", "/v2/projects") => format!(r#"{{"projectName":"p{call}"}}"#),
        ("POST", "/v2/clusters/attach") => format!(
            r#"{{"projectId":"{project}","clusterName":"c{call}","uri":"http://milvus:19530"}}"#
        ),
        ("POST", "/v2/apiKeys" | "/v2/api-keys")
        | ("PUT", "/v2/apiKeys/{id}" | "/v2/api-keys/{id}") => key,
        ("GET" | "DELETE", _) | ("POST", "/v2/apiKeys/{id}/view" | "/v2/api-keys/{id}/view") => {
            String::new()
        }
        _ => panic!("say here how to call {method} {path}, and review the table below"),
    };
    let id = match path.split('/').nth(2) {
        Some("projects") => project.to_string(),
        Some("clusters") => machine.cluster(&format!("made-{call}")).to_string(),
        Some("apiKeys" | "api-keys") => machine.key(&format!("made-{call}")).to_string(),
        _ => String::new(),
    };
    (path.replace("{id}", &id), body)
}

#[tokio::test]
async fn who_may_call_what() {
    let mut table = format!("{:<32}{COLUMNS}", "");
    for (method, path) in control::routes::list() {
        // A machine for each route, because signing out ends the sessions of the next callers.
        let machine = Machine::new();
        let _ = write!(table, "\n{:<32}", format!("{method} {path}"));
        for (call, who) in Who::ALL.into_iter().enumerate() {
            let (target, body) = request(&machine, &method, path, call);
            let before = machine.store.revision().unwrap();
            let reply = machine.call(who, method.clone(), &target, &body).await;
            let after = machine.store.revision().unwrap();
            let refused = reply.code().is_some_and(|code| code != 0);
            assert!(!refused || before == after, "{who:?} changed something by {method} {path}");
            let gone = reply.status == 200 && reply.code() == Some(404);
            let status = reply.status.as_u16().to_string();
            let _ = write!(table, " {:<5}", if gone { "gone" } else { &status });
        }
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(table.join("\n"), @r"
                                     none  strng colle membr p-key p-own sess  key
    GET /healthz                     200   200   200   200   200   200   200   200
    GET /metrics                     200   200   200   200   200   200   200   200
    POST /v2/sessions                200   200   200   200   200   200   200   200
    DELETE /v2/sessions              401   200   200   200   400   200   200   400
    GET /v2/projects                 401   200   200   200   200   200   200   200
    POST /v2/projects                401   200   403   403   404   403   200   200
    GET /v2/projects/{id}            401   404   404   200   200   200   200   200
    GET /v2/clusters                 401   200   200   200   200   200   200   200
    GET /v2/clusters/{id}            401   404   404   200   200   200   200   200
    POST /v2/clusters/attach         401   404   404   403   403   200   200   200
    DELETE /v2/clusters/{id}/drop    401   404   404   403   403   200   200   200
    GET /v2/audit                    401   200   403   403   404   403   200   200
    GET /v2/api-keys                 401   200   403   403   403   200   200   200
    POST /v2/api-keys                401   404   404   403   403   200   200   200
    GET /v2/api-keys/{id}            401   404   404   403   403   200   200   200
    PUT /v2/api-keys/{id}            401   404   404   403   403   200   200   200
    DELETE /v2/api-keys/{id}         401   404   404   403   403   200   200   200
    POST /v2/api-keys/{id}/view      401   404   404   403   403   200   200   200
    GET /v2/apiKeys                  401   200   403   403   403   200   200   200
    POST /v2/apiKeys                 401   404   404   403   403   200   200   200
    GET /v2/apiKeys/{id}             401   gone  gone  403   403   200   200   200
    PUT /v2/apiKeys/{id}             401   gone  gone  403   403   200   200   200
    DELETE /v2/apiKeys/{id}          401   gone  gone  403   403   200   200   200
    POST /v2/apiKeys/{id}/view       401   404   404   403   403   200   200   200
    ");
}
