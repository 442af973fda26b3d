//! Who may call what: every route, every kind of caller, the status each gets.
//!
//! A new route needs a row here: the test calls it with the example of its description, about
//! things made for the call, and its row shows what each caller gets. Read the row before you
//! accept it (`INSTA_UPDATE=always cargo test -p control access`): nobody but those whom the
//! description names may have a 200. Where the example cannot be called as it is, say in
//! [`special`] how to.

use crate::harness::{Machine, Who};
use control::describe::{self, Field};
use control::routes::Endpoint;
use model::ProjectRole;
use std::fmt::Write as _;

/// Columns as in [`Who::ALL`]; `gone` is a 200 that says 404.
const COLUMNS: &str = " none  strng colle membr p-key p-own sess  key   m-key";

/// A request that an owner would be granted, about things made for this call.
pub(crate) fn request(machine: &Machine, endpoint: &Endpoint, call: usize) -> (String, String) {
    let mut path = endpoint.path.to_owned();
    for field in endpoint.operation.path {
        let value =
            special(machine, endpoint, field, call).unwrap_or_else(|| thing(machine, field, call));
        path = path.replace(&format!("{{{}}}", field.name), &value);
    }
    let required = endpoint.operation.query.iter().filter(|field| field.required);
    for (index, field) in required.enumerate() {
        let value =
            special(machine, endpoint, field, call).unwrap_or_else(|| thing(machine, field, call));
        let _ = write!(path, "{}{}={value}", if index == 0 { '?' } else { '&' }, field.name);
    }
    let example = endpoint.operation.body.map_or("", |(_, example)| example);
    (path, filled(machine, example, call))
}

/// What stands in a path or query where a thing of the usual kind would not do.
fn special(machine: &Machine, endpoint: &Endpoint, field: &Field, call: usize) -> Option<String> {
    let email = format!("invited-{call}@example.com");
    match (endpoint.method.as_str(), endpoint.path, field.name) {
        ("DELETE", "/v2/projects/{id}", "id") => {
            Some(machine.project_named(&format!("doomed-{call}")).to_string())
        }
        ("DELETE", "/v2/invitations/{id}", "id") => {
            Some(machine.invitation(&email).invitation.id.to_string())
        }
        (_, _, "userId") => {
            let role = Some(ProjectRole::Member);
            Some(machine.newcomer(&format!("newcomer-{call}"), role).to_string())
        }
        (_, path, "username") if path.contains("/users/{username}") => {
            Some(machine.cluster_user(machine.cluster_named(call), "ada"))
        }
        (_, path, "roleName") if path.contains("/roles/{roleName}") => {
            Some(machine.cluster_role(machine.cluster_named(call), "reader"))
        }
        (_, _, "roleName") => Some("db_ro".to_owned()),
        (_, _, "groupName") => Some(machine.privilege_group(machine.cluster_named(call), "look")),
        (_, _, "privilege") => Some("Search".to_owned()),
        (_, "/v2/sessions/{id}", "id") => Some("sess-aaaaaaaaaaaaaaaaaaaaaa".to_owned()),
        (_, path, "id") if path.starts_with("/v2/users/") => {
            Some(machine.colleague(&format!("made-{call}")).to_string())
        }
        _ => None,
    }
}

/// The id of a thing of the kind that the field takes.
fn thing(machine: &Machine, field: &Field, call: usize) -> String {
    match field.pattern.unwrap_or_default() {
        describe::ORGANIZATION_ID => machine.organization.to_string(),
        describe::PROJECT_ID => machine.project.to_string(),
        describe::CLUSTER_ID => machine.cluster(&format!("made-{call}")).to_string(),
        describe::KEY_ID => machine.key(&format!("made-{call}")).to_string(),
        describe::WHITELIST_ENTRY_ID => {
            machine.whitelist_entry(&format!("192.0.2.{call}")).to_string()
        }
        describe::USER_ID => machine.member.to_string(),
        _ => panic!("say in `special` what {} is", field.name),
    }
}

/// The example with real things in it.
fn filled(machine: &Machine, example: &str, call: usize) -> String {
    let mut body = example.to_owned();
    if body.contains("\"CLUSTER\"") {
        let cluster = machine.cluster(&format!("named-{call}")).to_string();
        body = body.replace("\"CLUSTER\"", &format!("\"{cluster}\""));
    }
    if body.contains("\"KEY\"") {
        let key = machine.key(&format!("named-{call}")).to_string();
        body = body.replace("\"KEY\"", &format!("\"{key}\""));
    }
    if body.contains("\"INVITATION\"") {
        let sent = machine.invitation(&format!("invited-{call}@example.com"));
        body = body.replace("\"INVITATION\"", &format!("\"{}\"", sent.token.expose()));
    }
    for (word, value) in [
        ("NAME", format!("name-{call}")),
        ("ADDRESS", format!("192.0.2.{call}")),
        ("EMAIL", format!("somebody-{call}@example.com")),
        ("PASSWORD", machine.password.expose().to_owned()),
        ("ORGANIZATION", machine.organization.to_string()),
        ("PROJECT", machine.project.to_string()),
        ("USER", machine.member.to_string()),
    ] {
        body = body.replace(&format!("\"{word}\""), &format!("\"{value}\""));
    }
    body
}

#[tokio::test]
async fn who_may_call_what() {
    let mut table = format!("{:<37}{COLUMNS}", "");
    for endpoint in control::routes::list() {
        let Endpoint { method, path, .. } = &endpoint;
        // A machine for each route, because signing out ends the sessions of the next callers.
        let machine = Machine::new();
        let _ = write!(table, "\n{:<37}", format!("{method} {path}"));
        for (call, who) in Who::ALL.into_iter().enumerate() {
            let _ = machine.credential(who);
            let (target, body) = request(&machine, &endpoint, call);
            let before = machine.store.revision().unwrap();
            let reply = machine.call(who, method.clone(), &target, &body).await;
            let after = machine.store.revision().unwrap();
            let refused = reply.code().is_some_and(|code| code != 0);
            assert!(!refused || before == after, "{who:?} changed something by {method} {path}");
            // What proves a person is a wrong password or code from everybody else.
            let proves = path.starts_with("/v2/account/") || *path == "/v2/passwordResets";
            assert!(reply.status != 400 || body.is_empty() || proves, "{body}: {}", reply.text);
            let gone = reply.status == 200 && reply.code() == Some(404);
            let status = reply.status.as_u16().to_string();
            let _ = write!(table, " {:<5}", if gone { "gone" } else { &status });
        }
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("who_may_call_what", table.join("\n"));
}
