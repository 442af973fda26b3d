//! `keyward key`: API keys.

mod create;
mod delete;
mod list;
mod many;
mod options;
mod report;
mod rotate;
mod show;
mod switch;
mod update;
mod view;

use super::output::text;
use clap::{Subcommand, ValueEnum};
use model::{AccessRole, Error};
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key of a project and print it.
    Create(create::Arguments),
    /// List the keys you may see.
    List(list::Arguments),
    /// Show a key's record, with --secret the key itself.
    Show(show::Arguments),
    /// Print a key again; this is recorded in the audit trail.
    View(view::Arguments),
    /// Change a key's name, description, scope, limits or end.
    Update(update::Arguments),
    /// Switch a key off: when this returns, the key is dead until it is enabled.
    Disable(switch::Arguments),
    /// Switch a key on again.
    Enable(switch::Arguments),
    /// Make a key that takes another's place, and print it.
    Rotate(rotate::Arguments),
    /// Report a key that was found where it should not be; it is read from standard input.
    Report(report::Arguments),
    /// Delete a key: when this returns, the key is dead.
    Delete(delete::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::View(arguments) => view::run(arguments),
        Command::Update(arguments) => update::run(arguments),
        Command::Disable(arguments) => switch::disable(arguments),
        Command::Enable(arguments) => switch::enable(arguments),
        Command::Rotate(arguments) => rotate::run(arguments),
        Command::Report(arguments) => report::run(arguments),
        Command::Delete(arguments) => delete::run(arguments),
    }
}

/// What a key may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    /// Every call
    Admin,
    /// All calls on collections, indexes, partitions, vectors and aliases
    ReadWrite,
    /// Describe, list, search and query
    ReadOnly,
}

impl Role {
    fn as_str(self) -> &'static str {
        match self {
            Self::Admin => AccessRole::Admin,
            Self::ReadWrite => AccessRole::ReadWrite,
            Self::ReadOnly => AccessRole::ReadOnly,
        }
        .as_str()
    }
}

/// What a key opens, in one cell: `default: Read-Only on prod, test`.
fn opens(key: &Value) -> String {
    let projects = key.get("projects").and_then(Value::as_array);
    let parts = projects.into_iter().flatten().map(|project| {
        let clusters = project.get("clusters").and_then(Value::as_array);
        let names: Vec<String> =
            clusters.into_iter().flatten().map(|cluster| text(cluster, "/clusterName")).collect();
        let all = project.get("allCluster").and_then(Value::as_bool) == Some(true);
        let on = if all {
            "all clusters".to_owned()
        } else if names.is_empty() {
            "no cluster".to_owned()
        } else {
            names.join(", ")
        };
        // Which ones, `key show` tells: a list of them would not fit.
        let narrows = |part| project.get(part).is_some_and(Value::is_array);
        let narrowed = ["databases", "collections", "privileges"].into_iter().any(narrows);
        let narrowed = if narrowed { ", narrowed" } else { "" };
        let (name, role) = (text(project, "/projectName"), text(project, "/role"));
        format!("{name}: {role} on {on}{narrowed}")
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "personal: what its owner may".to_owned() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_key_opens_is_said_in_one_cell() {
        let project = |all: bool, clusters: Value| {
            json!({"projects": [{
                "projectName": "default", "role": "Admin", "allCluster": all, "clusters": clusters
            }]})
        };
        let two = json!([{"clusterName": "a"}, {"clusterName": "b"}]);
        assert_eq!(opens(&project(true, json!([]))), "default: Admin on all clusters");
        assert_eq!(opens(&project(false, two)), "default: Admin on a, b");
        assert_eq!(opens(&project(false, json!([]))), "default: Admin on no cluster");
        let mut some = project(true, json!([]));
        some["projects"][0]["collections"] = json!(["team_*"]);
        assert_eq!(opens(&some), "default: Admin on all clusters, narrowed");
        assert_eq!(opens(&json!({"projects": []})), "personal: what its owner may");
    }
}
