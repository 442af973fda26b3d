//! Organizations: founded, seen, renamed, and what each chooses for itself.

mod change_settings;
mod create;
mod home;
mod list;
mod rename;
mod show;

pub use change_settings::{ChangeSettings, change_settings};
pub use create::create;
pub(crate) use home::home;
pub use list::{Membership, list};
pub use rename::rename;
pub use show::show;

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::desk::Refusal;
use model::actor::Place;
use model::{Action, Error, OrganizationId, Permit, Resource, Snapshot};
use store::organizations::Organization;
use store::{Reader, organizations};

/// Loads an organization and decides one act on it.
pub(super) fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    id: OrganizationId,
    action: Action,
) -> Result<(Organization, Permit), Refusal> {
    let none = || Error::not_found("organization", id);
    let organization = organizations::find(reader, id)?.ok_or_else(none)?;
    let place = Place { organization: id, project: None };
    let permit = decide(reader, caller, place, action, Resource::Organization(id))?;
    Ok((organization, permit))
}

/// How an organization is, for the audit trail.
pub(in crate::command) fn snapshot(organization: &Organization) -> Snapshot {
    let settings = &organization.settings;
    let policy = settings.password_policy;
    Snapshot::none()
        .with("name", &organization.name)
        .with("showKeysOnce", settings.show_keys_once)
        .with_maybe(
            "defaultKeyExpiryDays",
            settings.default_key_expiry.map(model::KeyLifetime::in_days),
        )
        .with_maybe("minimumPasswordLength", policy.minimum_length())
        .with("requireSecondFactor", policy.requires_second_factor())
        .with("revokeReportedKeys", settings.revoke_reported_keys)
        .with("resetByLetter", settings.reset_by_letter)
}
