//! `keyward invitation create`

use crate::cli::member::Role;
use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::Error;
use serde_json::json;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Whom to invite
    email: String,
    /// What they are to be in the organization
    #[arg(long, value_enum, default_value = "member")]
    role: Role,
    /// A project they are to be a member of, by name or id; repeat for several
    #[arg(long = "project", value_name = "PROJECT")]
    projects: Vec<String>,
    /// What they are to be in these projects
    #[arg(long, value_enum, default_value = "member")]
    project_role: Role,
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = find::organization(&client, arguments.organization.as_deref())?;
    let role = arguments.project_role.as_str();
    let projects = arguments
        .projects
        .iter()
        .map(|named| Ok(json!({ "projectId": find::project(&client, Some(named))?, "role": role })))
        .collect::<Result<Vec<_>, Error>>()?;
    let body = json!({
        "email": arguments.email,
        "role": arguments.role.as_str(),
        "projects": projects,
    });
    let sent = client.post(&format!("/v2/organizations/{id}/invitations"), &body)?;
    if arguments.remote.json {
        return output::json(&sent);
    }
    output::fields(&[
        ("ID", text(&sent, "/invitationId")),
        ("Link", text(&sent, "/link")),
        ("Until", text(&sent, "/expireTime")),
    ])?;
    output::note(&match text(&sent, "/mailFailure") {
        why if why.is_empty() => format!("A letter with the link went to {}.", arguments.email),
        why => format!("No letter was sent: {why}. The link works; it is shown this once."),
    });
    Ok(())
}
