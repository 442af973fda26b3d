//! Whitelists: from which addresses the clusters of a project may be used.
//!
//! An empty list lets everybody in. The list binds the gateway, never the control API: whoever may
//! change it can always change it back. A change that would keep the caller's own address out of
//! the gateway is made only once the caller says that it is meant.

mod add;
mod list;
mod remove;
mod replace;

pub use add::{AddEntry, add};
pub use list::{Whitelist, list};
pub use remove::{RemoveEntry, remove};
pub use replace::{ReplaceEntries, replace};

use crate::caller::Caller;
use model::{Error, ErrorKind, Snapshot};
use store::whitelist::{self, Entry};

/// How many entries a project may have.
pub const MOST_ENTRIES: usize = 20;

/// How a whitelist is, for the audit trail.
fn snapshot(entries: &[Entry]) -> Snapshot {
    Snapshot::none().with_all("cidrs", entries.iter().map(|entry| entry.cidr))
}

/// Refuses a change that would keep the caller's own address out, unless it is meant.
fn check_lockout(
    caller: &Caller,
    before: &[Entry],
    after: &[Entry],
    confirmed: bool,
) -> Result<(), Error> {
    let (before, after) = (whitelist::admitted(before), whitelist::admitted(after));
    let lost = caller.address().filter(|own| before.admits(*own) && !after.admits(*own));
    let Some(own) = lost.filter(|_| !confirmed) else {
        return Ok(());
    };
    let message = format!(
        "the gateway would refuse your own address, {own}, for every cluster of this project (the \
         control API is not affected): send true if you mean it"
    );
    Err(Error::conflict(message).in_field("confirmLockout"))
}

fn check_room(entries: usize) -> Result<(), Error> {
    if entries <= MOST_ENTRIES {
        return Ok(());
    }
    let message = format!("a project's whitelist may have {MOST_ENTRIES} entries");
    Err(Error::new(ErrorKind::LimitReached, message))
}

/// Blocks in a few words, for the audit trail.
fn in_words(entries: &[Entry]) -> String {
    if entries.is_empty() {
        return "open to every address".to_owned();
    }
    let blocks: Vec<_> = entries.iter().map(|entry| entry.cidr.to_string()).collect();
    blocks.join(" ")
}
