//! The letter that brings an invitation, and the link in it.
//!
//! The token stands behind a `#`, so that no browser sends it to a server, and no server or proxy
//! writes it down.

use crate::command::invitations::CreatedInvitation;
use crate::mail::{Letter, Subject, one_line};

/// Where the invited person goes.
pub(crate) fn link(public_url: &str, created: &CreatedInvitation) -> String {
    format!("{public_url}/console/invitation#{}", created.token.expose())
}

/// The letter.
pub(crate) fn letter(public_url: &str, created: &CreatedInvitation) -> Letter {
    let invitation = &created.invitation;
    let sender = one_line(&invitation.inviter_name);
    let organization = one_line(created.organization.as_str());
    let text = format!(
        "{sender} invites you to join the organization \"{organization}\" on Keyward.\n\n\
         Open this link until {}; it works once:\n\n{}\n\n\
         If you did not expect this letter, do nothing.\n",
        invitation.expires_at,
        link(public_url, created)
    );
    let subject = Subject::new(&format!("{sender} invites you to \"{organization}\" on Keyward"));
    Letter { to: invitation.email.clone(), subject, text }
}
