//! `keyward project member`: who belongs to a project.

use crate::cli::member::{HEADINGS, Role, row};
use crate::cli::output::{self, text};
use crate::cli::{Remote, confirm, find, receipt};
use clap::{Args, Subcommand};
use model::Error;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// List the members of a project.
    List(List),
    /// Make a member of the organization a member of the project, or change their role there.
    Set(Set),
    /// End a membership of the project, your own included.
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// The project, by name or id
    project: String,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Set {
    /// The project, by name or id
    project: String,
    /// The person, by e-mail address or id
    member: String,
    /// What they are to be there
    #[arg(value_enum)]
    role: Role,
    #[command(flatten)]
    remote: Remote,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Remove {
    /// The project, by name or id
    project: String,
    /// The person, by e-mail address or id
    member: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(command: &Command) -> Result<(), Error> {
    match command {
        Command::List(arguments) => list(arguments),
        Command::Set(arguments) => set(arguments),
        Command::Remove(arguments) => remove(arguments),
    }
}

fn list(arguments: &List) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::project(&client, Some(&arguments.project))?;
    let members = client.list(&format!("/v2/projects/{id}/members"), "members")?;
    if arguments.remote.json {
        return output::json(&json!({ "members": members }));
    }
    let rows: Vec<_> = members.iter().map(row).collect();
    output::table(&HEADINGS, &rows)
}

fn set(arguments: &Set) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::project(&client, Some(&arguments.project))?;
    let project = client.get(&format!("/v2/projects/{id}"))?;
    let everybody = format!("/v2/organizations/{}/members", text(&project, "/organizationId"));
    let member = find::member(&client, &everybody, &arguments.member)?;
    let (user, role) = (text(&member, "/userId"), arguments.role.as_str());
    let path = format!("/v2/projects/{id}/members/{user}");
    let changed = client.put(&path, &json!({ "role": role }))?;
    let name = text(&project, "/projectName");
    let what = format!("{} is {role} of {name} now", text(&member, "/email"));
    receipt::tell(&what, &changed, arguments.remote.json)
}

fn remove(arguments: &Remove) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::project(&client, Some(&arguments.project))?;
    let list = format!("/v2/projects/{id}/members");
    let member = find::member(&client, &list, &arguments.member)?;
    let email = text(&member, "/email");
    let warning = format!("{email} loses the project, and so do their keys.");
    confirm::by_name(&warning, &email, arguments.yes)?;
    let removed = client.delete(&format!("{list}/{}", text(&member, "/userId")))?;
    receipt::tell(&format!("Removed {email} from the project"), &removed, arguments.remote.json)
}
