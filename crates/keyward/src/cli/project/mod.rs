//! `keyward project`: projects.

mod create;
mod delete;
mod list;
mod member;
mod rename;
mod show;

use super::output::{self, text};
use clap::Subcommand;
use model::Error;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a project, with its default key.
    Create(create::Arguments),
    /// List the projects you may see.
    List(list::Arguments),
    /// Show a project.
    Show(show::Arguments),
    /// Rename a project.
    Rename(rename::Arguments),
    /// Delete a project: when this returns, its keys are dead.
    Delete(delete::Arguments),
    /// List, set and remove the members of a project.
    #[command(subcommand)]
    Member(member::Command),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Rename(arguments) => rename::run(arguments),
        Command::Delete(arguments) => delete::run(arguments),
        Command::Member(command) => member::run(command),
    }
}

fn details(project: &serde_json::Value) -> Result<(), Error> {
    output::fields(&[
        ("ID", text(project, "/projectId")),
        ("Name", text(project, "/projectName")),
        ("Organization", text(project, "/organizationId")),
        ("Clusters", text(project, "/instanceCount")),
        ("Made at", text(project, "/createTime")),
    ])
}
