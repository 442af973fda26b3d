//! The whitelist of a project.

use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Desk;
use model::{Action, Error, ProjectId, Revision};
use std::net::IpAddr;
use store::whitelist::{self, Entry};

/// A whitelist, seen from where the caller is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whitelist {
    /// The entries, oldest first; without any, every address is let in.
    pub entries: Vec<Entry>,
    /// When it was changed last.
    pub revision: Revision,
    /// Where the caller's request came from, if over the network.
    pub your_address: Option<IpAddr>,
}

impl Whitelist {
    /// Whether the gateway lets the caller's address in.
    pub fn admits_you(&self) -> bool {
        let admitted = whitelist::admitted(&self.entries);
        self.your_address.is_none_or(|own| admitted.admits(own))
    }
}

/// The whitelist of a project.
///
/// # Errors
/// `NotFound` for a project the caller may not see; what the policy refuses.
pub fn list(desk: &Desk, caller: &Caller, project: ProjectId) -> Result<Whitelist, Error> {
    desk.look(caller, |reader| {
        // The permit is for reading, which leaves no record.
        let _seen = projects::permitted(reader, caller, project, Action::ViewWhitelist)?;
        let entries = whitelist::list(reader, project)?;
        let revision = whitelist::revision(reader, project)?;
        Ok(Whitelist { entries, revision, your_address: caller.address() })
    })
}
