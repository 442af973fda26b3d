//! Members of an organization: seen, given another role, removed.
//!
//! The last owner stays: the store refuses to take them away.

mod list;
mod remove;
mod set_role;

pub use list::list;
pub use remove::remove;
pub use set_role::set_role;

use model::{Error, OrganizationId, OrganizationRole, Snapshot, UserId};
use store::Reader;
use store::members::{self, Member};

/// The person as a member.
fn found(
    reader: &Reader<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Member<OrganizationRole>, Error> {
    members::find_in_organization(reader, organization, user)?
        .ok_or_else(|| Error::not_found("member", user))
}

/// How a membership is, for the audit trail.
fn snapshot(member: &Member<OrganizationRole>) -> Snapshot {
    Snapshot::none().with("email", &member.email).with("role", member.role.as_str())
}
