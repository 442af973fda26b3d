//! `keyward whitelist`: from which addresses a project's clusters may be used.

mod add;
mod list;
mod remove;
mod replace;

use super::output::{self, text};
use clap::{Args, Subcommand};
use model::Error;
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the addresses that are let in, and your own.
    List(list::Arguments),
    /// Let in a block of addresses; with the first one, nobody else is let in.
    Add(add::Arguments),
    /// Replace the whole list.
    Replace(replace::Arguments),
    /// Remove a block; without the last one, everybody is let in.
    Remove(remove::Arguments),
}

/// What every change takes.
#[derive(Debug, Args)]
struct ChangeOptions {
    /// The project, by name or id [default: the only project]
    #[arg(long)]
    project: Option<String>,
    /// Go on even if the gateway will then refuse the address this command comes from
    #[arg(long)]
    confirm_lockout: bool,
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Add(arguments) => add::run(arguments),
        Command::Replace(arguments) => replace::run(arguments),
        Command::Remove(arguments) => remove::run(arguments),
    }
}

/// Says how to go on where the server asked back.
fn explain(error: Error) -> Error {
    let asked = error.message().strip_prefix("confirmLockout: ").map(|rest| {
        rest.replace("send true if you mean it", "pass --confirm-lockout if you mean it")
    });
    match asked {
        Some(message) => Error::new(error.kind(), message),
        None => error,
    }
}

/// Prints entries, or what it means that there is none.
fn table(entries: &[Value]) -> Result<(), Error> {
    if entries.is_empty() {
        return output::text_block("The list is empty: every address is let in.\n");
    }
    let row = |entry: &Value| {
        vec![
            text(entry, "/entryId"),
            text(entry, "/cidr"),
            text(entry, "/createTime"),
            text(entry, "/description"),
        ]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    output::table(&["ID", "CIDR", "ADDED AT", "DESCRIPTION"], &rows)
}

/// The entries of an answer.
fn entries(answer: &Value) -> Vec<Value> {
    answer.get("entries").and_then(Value::as_array).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_question_names_the_option() {
        let asked = Error::conflict("the gateway would refuse: send true if you mean it");
        let error = explain(asked.in_field("confirmLockout"));
        assert_eq!(
            error.message(),
            "the gateway would refuse: pass --confirm-lockout if you mean it"
        );
        assert_eq!(explain(Error::conflict("other")).message(), "other");
    }
}
