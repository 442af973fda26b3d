//! What happened in an organization.

use super::permitted;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Error, OrganizationId};
use store::audit::{self, AuditFilter, AuditRecord};
use store::{Listed, Page};

/// Which records are asked for.
#[derive(Clone, Debug)]
pub struct ListAudit {
    /// Records of this organization; the caller's only one if none is named.
    pub organization: Option<OrganizationId>,
    /// Of those, which.
    pub filter: AuditFilter,
    /// Which part of the list.
    pub page: Page,
}

impl ListAudit {
    /// Every record of the caller's only organization.
    pub fn all(page: Page) -> Self {
        Self { organization: None, filter: AuditFilter::default(), page }
    }
}

/// The records of an organization, newest first. The number of the first one keeps the next pages
/// where they are when it is given as the filter's `up_to`.
///
/// # Errors
/// What the policy refuses.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    request: ListAudit,
) -> Result<Listed<AuditRecord>, Error> {
    desk.look(caller, |reader| {
        let organization = Some(permitted(reader, caller, request.organization)?);
        let filter = AuditFilter { organization, ..request.filter };
        Ok(audit::list(reader, &filter, request.page)?)
    })
}
