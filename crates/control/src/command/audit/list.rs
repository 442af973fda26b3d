//! What happened in an organization.

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::desk::Desk;
use model::actor::Place;
use model::{Action, Error, OrganizationId, Resource};
use store::audit::{self, AuditFilter, AuditRecord};
use store::{Listed, Page};

/// Which records are asked for.
#[derive(Clone, Copy, Debug)]
pub struct ListAudit {
    /// Records of this organization; the caller's only one if none is named.
    pub organization: Option<OrganizationId>,
    /// Records about this thing only.
    pub resource: Option<Resource>,
    /// Which part of the list.
    pub page: Page,
}

/// The records of an organization, newest first.
///
/// # Errors
/// What the policy refuses.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    request: ListAudit,
) -> Result<Listed<AuditRecord>, Error> {
    desk.look(caller, |reader| {
        let organization = home(reader, caller, request.organization)?;
        let place = Place { organization, project: None };
        let resource = Resource::Organization(organization);
        // The permit is for reading, which leaves no record.
        let _seen = decide(reader, caller, place, Action::ViewAudit, resource)?;
        let filter = AuditFilter { organization: Some(organization), resource: request.resource };
        Ok(audit::list(reader, &filter, request.page)?)
    })
}
