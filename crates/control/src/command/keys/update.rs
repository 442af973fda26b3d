//! Replacing what can change about a key: name, description, role and clusters.

use super::{KeyDetail, in_words, snapshot};
use crate::caller::Caller;
use crate::desk::Desk;
use model::name::{Description, KeyName};
use model::scope::ProjectGrant;
use model::{Action, AuditEvent, Error, KeyId, Revision};
use store::keys::{Key, KeyKind, KeyUpdate};
use store::{Committed, keys};

/// What replaces the key's record.
#[derive(Clone, Debug)]
pub struct UpdateKey {
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// Its project, role and clusters; a personal key has none.
    pub grant: Option<ProjectGrant>,
    /// The revision the caller last saw, if it wants to replace that one only.
    pub expected: Option<Revision>,
}

/// Replaces the changeable part of a key's record.
///
/// # Errors
/// `Conflict` if the key has changed since the expected revision; `Invalid` if the project is
/// another one or a cluster is not in it; what the policy refuses.
pub fn update(
    desk: &Desk,
    caller: &Caller,
    id: KeyId,
    request: UpdateKey,
) -> Result<Committed<KeyDetail>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateKey)?;
        check_revision(&before, request.expected)?;
        let change = KeyUpdate {
            kind: kind(&before, request.grant)?,
            name: request.name,
            description: request.description,
            ..KeyUpdate::of(&before)
        };
        let after = keys::update(work, id, change)?;
        let event = AuditEvent::done(permit, in_short(&before, &after))
            .changed(snapshot(&before), snapshot(&after));
        Ok((KeyDetail::of(work, after)?, event))
    })
}

fn check_revision(before: &Key, expected: Option<Revision>) -> Result<(), Error> {
    if expected.is_none_or(|expected| expected == before.revision) {
        return Ok(());
    }
    let message = "the key has changed since you read it: read it again, then repeat your change";
    Err(Error::conflict(message).in_field("If-Match"))
}

/// What the key may do from now on; a personal key follows its person.
fn kind(before: &Key, grant: Option<ProjectGrant>) -> Result<KeyKind, Error> {
    match (&before.kind, grant) {
        (KeyKind::Personal(user), None) => Ok(KeyKind::Personal(*user)),
        (KeyKind::Personal(_), Some(_)) => {
            Err(Error::invalid("must be left out: a personal key follows the roles of its person")
                .in_field("projects"))
        }
        (KeyKind::Project(_), None) => {
            Err(Error::invalid("must name the key's project").in_field("projects"))
        }
        (KeyKind::Project(held), Some(grant)) if held.project != grant.project => {
            Err(Error::invalid(
                "must name the key's own project: a key cannot move, so make a new one there",
            )
            .in_field("projects"))
        }
        (KeyKind::Project(_), Some(grant)) => Ok(KeyKind::Project(grant)),
    }
}

/// What changed, for the audit trail.
fn in_short(before: &Key, after: &Key) -> String {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(format!("renamed from \"{}\" to \"{}\"", before.name, after.name));
    }
    if before.description != after.description {
        parts.push("description changed".to_owned());
    }
    if let (Some(old), Some(new)) = (before.grant(), after.grant()) {
        if old.role != new.role {
            let (old, new) = (old.role.as_str(), new.role.as_str());
            parts.push(format!("role from {old} to {new}"));
        }
        if old.clusters != new.clusters {
            let (old, new) = (in_words(&old.clusters), in_words(&new.clusters));
            parts.push(format!("from {old} to {new}"));
        }
    }
    if parts.is_empty() {
        return "nothing changed".to_owned();
    }
    parts.join(", ")
}
