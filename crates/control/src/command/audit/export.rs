//! Everything that happened in an organization, in portions, oldest first.

use super::permitted;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Error, ErrorKind, OrganizationId};
use store::Page;
use store::audit::{self, AuditFilter, AuditRecord};

/// The most records one export has.
pub const MOST_EXPORTED: u64 = 1_000_000;
/// How many records are read at once.
const PORTION: u32 = 500;

/// An export under way.
#[derive(Clone, Debug)]
pub struct Export {
    organization: OrganizationId,
    filter: AuditFilter,
    /// The number of the last record that was read.
    reached: u64,
    done: bool,
}

/// Begins an export: settles which records it has, so that what happens meanwhile is not in it.
///
/// # Errors
/// `LimitReached` if there are more than [`MOST_EXPORTED`]; what the policy refuses.
pub fn export(
    desk: &Desk,
    caller: &Caller,
    organization: Option<OrganizationId>,
    filter: AuditFilter,
) -> Result<Export, Error> {
    desk.look(caller, |reader| {
        let organization = permitted(reader, caller, organization)?;
        let mut filter = AuditFilter { organization: Some(organization), ..filter };
        let listed = audit::list(reader, &filter, Page::new(1, 1)?)?;
        if listed.count > MOST_EXPORTED {
            let message = format!(
                "an export may have {MOST_EXPORTED} records and this one would have {}: narrow it \
                 with from and to",
                listed.count
            );
            return Err(Error::new(ErrorKind::LimitReached, message).into());
        }
        let newest = listed.items.first().map(|record| record.number);
        filter.up_to = newest.or(filter.up_to);
        Ok(Export { organization, filter, reached: 0, done: newest.is_none() })
    })
}

impl Export {
    /// The next records; none once it is over. The caller is decided on again each time, so an
    /// export ends with the right to it.
    ///
    /// # Errors
    /// What the policy refuses; `Unavailable` if the store does not answer.
    pub fn next(&mut self, desk: &Desk, caller: &Caller) -> Result<Vec<AuditRecord>, Error> {
        if self.done {
            return Ok(Vec::new());
        }
        let portion = desk.look(caller, |reader| {
            permitted(reader, caller, Some(self.organization))?;
            Ok(audit::after(reader, &self.filter, self.reached, PORTION)?)
        })?;
        self.reached = portion.last().map_or(self.reached, |record| record.number);
        self.done = portion.len() < PORTION as usize;
        Ok(portion)
    }
}
