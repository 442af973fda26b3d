//! `keyward invitation revoke`

use crate::cli::output::{self, text};
use crate::cli::{Remote, find};
use clap::Args;
use model::{Error, ErrorKind, InvitationId};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The invitation, by e-mail address or id
    invitation: String,
    /// The organization, by name or id [default: your only one]
    #[arg(long)]
    organization: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Error> {
    let client = arguments.remote.client()?;
    let id = if let Ok(id) = arguments.invitation.parse::<InvitationId>() {
        id.to_string()
    } else {
        let id = find::organization(&client, arguments.organization.as_deref())?;
        let path = format!("/v2/organizations/{id}/invitations");
        let all = client.list(&path, "invitations")?;
        let found = all.iter().find(|one| text(one, "/email") == arguments.invitation);
        let none = || {
            let sentence = format!(
                "there is no invitation for {}, or you may not see it",
                arguments.invitation
            );
            Error::new(ErrorKind::NotFound, sentence)
        };
        text(found.ok_or_else(none)?, "/invitationId")
    };
    let revoked = client.delete(&format!("/v2/invitations/{id}"))?;
    if arguments.remote.json {
        return output::json(&revoked);
    }
    output::text_block(&format!("The invitation for {} is void.\n", text(&revoked, "/email")))
}
