//! Changing what an organization has chosen for itself.

use super::snapshot;
use crate::caller::Caller;
use crate::command::revision;
use crate::desk::Desk;
use model::{
    Action, AuditEvent, Error, KeyLifetime, OrganizationId, OrganizationSettings, PasswordPolicy,
    Revision,
};
use store::organizations::Organization;
use store::{Committed, Reader, organizations, second_factors};

/// What is to change; what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangeSettings {
    /// Show keys once, when they are made. Turning this on erases every copy that is kept.
    pub show_keys_once: Option<bool>,
    /// How long new keys last; the inner `None` is for ever.
    pub default_key_expiry: Option<Option<KeyLifetime>>,
    /// The fewest characters of a password; the inner `None` is Keyward's own rule.
    pub minimum_password_length: Option<Option<u16>>,
    /// Whether a password alone is not enough.
    pub require_second_factor: Option<bool>,
    /// Whether keys that are reported as leaked are revoked at once.
    pub revoke_reported_keys: Option<bool>,
    /// Whether people who forgot their password may have a link sent to their address.
    pub reset_by_letter: Option<bool>,
    /// The revision the caller last saw, if it wants to change that one only.
    pub expected: Option<Revision>,
}

/// Changes the settings. From the moment keys are shown once, no copy of any key of the
/// organization is left; turning that off brings none back.
///
/// # Errors
/// `Conflict` if the organization has changed since the expected revision; `Invalid` for a length
/// out of bounds; what the policy refuses.
pub fn change_settings(
    desk: &Desk,
    caller: &Caller,
    id: OrganizationId,
    request: ChangeSettings,
) -> Result<Committed<Organization>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateOrganization)?;
        revision::check("organization", before.revision, request.expected)?;
        let settings = changed(before.settings, request)?;
        if settings.password_policy.requires_second_factor() {
            keep_the_door_open(work, caller)?;
        }
        let after = organizations::set_settings(work, id, &settings)?;
        let erases = settings.show_keys_once && !before.settings.show_keys_once;
        let detail = if erases {
            "settings changed; every kept copy of a key was erased"
        } else {
            "settings changed"
        };
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}

/// Nobody shuts themselves out by asking others for what they do not have.
fn keep_the_door_open(reader: &Reader<'_>, caller: &Caller) -> Result<(), Error> {
    let Some(user) = caller.person() else {
        return Ok(());
    };
    if second_factors::confirmed(reader, user)?.is_some() {
        return Ok(());
    }
    let sentence = "enable a second factor for your own account before you ask it of everybody";
    Err(Error::conflict(sentence).in_field("requireSecondFactor"))
}

fn changed(
    before: OrganizationSettings,
    request: ChangeSettings,
) -> Result<OrganizationSettings, Error> {
    let policy = before.password_policy;
    let length = request.minimum_password_length.unwrap_or(policy.minimum_length());
    let second = request.require_second_factor.unwrap_or(policy.requires_second_factor());
    Ok(OrganizationSettings {
        show_keys_once: request.show_keys_once.unwrap_or(before.show_keys_once),
        default_key_expiry: request.default_key_expiry.unwrap_or(before.default_key_expiry),
        password_policy: PasswordPolicy::new(length.map(i64::from), second)
            .map_err(|error| error.in_field("minimumPasswordLength"))?,
        revoke_reported_keys: request.revoke_reported_keys.unwrap_or(before.revoke_reported_keys),
        reset_by_letter: request.reset_by_letter.unwrap_or(before.reset_by_letter),
    })
}
