//! The audit trail.

mod export;
mod list;
mod verify;

pub use export::{Export, MOST_EXPORTED, export};
pub use list::{ListAudit, list};
pub use verify::verify;

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::organizations::home;
use crate::desk::Refusal;
use model::actor::Place;
use model::{Action, OrganizationId, Resource};
use store::Reader;

/// The organization whose trail is asked for, if the caller may read it.
fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    organization: Option<OrganizationId>,
) -> Result<OrganizationId, Refusal> {
    let organization = home(reader, caller, organization)?;
    let place = Place { organization, project: None };
    let resource = Resource::Organization(organization);
    // The permit is for reading, which leaves no record.
    let _seen = decide(reader, caller, place, Action::ViewAudit, resource)?;
    Ok(organization)
}
