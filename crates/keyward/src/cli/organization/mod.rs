//! `keyward organization`: organizations and what each has chosen for itself.

mod create;
mod list;
mod rename;
mod settings;
mod show;

use super::output::{self, text};
use clap::Subcommand;
use model::Error;
use serde_json::Value;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the organizations you belong to.
    List(list::Arguments),
    /// Show an organization.
    Show(show::Arguments),
    /// Found an organization, with yourself as its owner.
    Create(create::Arguments),
    /// Rename an organization.
    Rename(rename::Arguments),
    /// Show the settings of an organization, or change some.
    Settings(settings::Arguments),
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Create(arguments) => create::run(arguments),
        Command::Rename(arguments) => rename::run(arguments),
        Command::Settings(arguments) => settings::run(arguments),
    }
}

fn details(organization: &Value) -> Result<(), Error> {
    let mut lines = vec![
        ("ID", text(organization, "/organizationId")),
        ("Name", text(organization, "/organizationName")),
        ("Your role", text(organization, "/role")),
        ("Made at", text(organization, "/createTime")),
    ];
    lines.retain(|(_, value)| !value.is_empty());
    output::fields(&lines)
}
