//! Changing a key: name, description, scope, limits and end.

use super::{End, KeyDetail, in_words, snapshot};
use crate::caller::Caller;
use crate::desk::Desk;
use model::life::Term;
use model::name::{Description, KeyName};
use model::scope::ProjectGrant;
use model::{
    Action, AddressList, AuditEvent, Error, KeyId, KeyLife, RateLimit, Revision, Timestamp,
};
use store::keys::{Key, KeyKind, KeyUpdate};
use store::{Committed, Reader, keys};

/// One part of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part<T> {
    /// It stays as it is.
    #[default]
    Kept,
    /// It is this from now on.
    Set(T),
}

impl<T> Part<T> {
    fn or(self, kept: T) -> T {
        match self {
            Self::Kept => kept,
            Self::Set(new) => new,
        }
    }
}

/// What is to change about a key.
#[derive(Clone, Debug, Default)]
pub struct UpdateKey {
    /// What people call it.
    pub name: Part<KeyName>,
    /// What it is for.
    pub description: Part<Description>,
    /// Its project, role, clusters and data; a personal key has none.
    pub grant: Part<Option<ProjectGrant>>,
    /// Until when it works.
    pub end: Part<End>,
    /// From where it may be used.
    pub sources: Part<AddressList>,
    /// How fast it may be used.
    pub rate: Part<Option<RateLimit>>,
    /// Whether it may manage keys of its project.
    pub manages_keys: Part<bool>,
    /// The revision the caller last saw, if it wants to change that one only.
    pub expected: Option<Revision>,
}

/// Changes a key's record.
///
/// # Errors
/// `Conflict` if the key has changed since the expected revision; `Invalid` if the project is
/// another one, a cluster is not in it, or an end is not ahead; what the policy refuses.
pub fn update(
    desk: &Desk,
    caller: &Caller,
    id: KeyId,
    request: UpdateKey,
) -> Result<Committed<KeyDetail>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, Action::UpdateKey)?;
        check_revision(&before, request.expected)?;
        let kept = KeyUpdate::of(&before);
        let change = KeyUpdate {
            kind: kind(&before, request.grant)?,
            life: life(work, &before, request.end, work.now())?,
            name: request.name.or(kept.name),
            description: request.description.or(kept.description),
            sources: request.sources.or(kept.sources),
            rate: request.rate.or(kept.rate),
            manages_keys: request.manages_keys.or(kept.manages_keys),
            is_default: kept.is_default,
        };
        check_manager(&change)?;
        let after = keys::update(work, id, change)?;
        let event = AuditEvent::done(permit, in_short(&before, &after))
            .changed(snapshot(&before), snapshot(&after));
        Ok((KeyDetail::of(work, after, work.now())?, event))
    })
}

fn check_revision(before: &Key, expected: Option<Revision>) -> Result<(), Error> {
    if expected.is_none_or(|expected| expected == before.revision) {
        return Ok(());
    }
    let message = "the key has changed since you read it: read it again, then repeat your change";
    Err(Error::conflict(message).in_field("If-Match"))
}

fn check_manager(change: &KeyUpdate) -> Result<(), Error> {
    match change.kind {
        KeyKind::Personal(_) if change.manages_keys => {
            Err(Error::invalid("must be left out: a personal key manages what its person may")
                .in_field("manageKeys"))
        }
        _ => Ok(()),
    }
}

/// The life of the key from now on. What is usual for a replaced key is the end of its overlap.
fn life(
    reader: &Reader<'_>,
    before: &Key,
    end: Part<End>,
    now: Timestamp,
) -> Result<KeyLife, Error> {
    match (end, before.life.term) {
        (Part::Kept, _) | (Part::Set(End::Usual), Term::Replaced { .. }) => Ok(before.life),
        (Part::Set(end), _) => {
            before.life.ending(end.moment(reader, before.organization, now)?, now)
        }
    }
}

/// What the key may do from now on; a personal key follows its person.
fn kind(before: &Key, grant: Part<Option<ProjectGrant>>) -> Result<KeyKind, Error> {
    let Part::Set(grant) = grant else {
        return Ok(before.kind.clone());
    };
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
        if old.data != new.data {
            parts.push("databases, collections or privileges changed".to_owned());
        }
    }
    if before.life != after.life {
        let end = after.life.expires_at().map_or("never".to_owned(), |end| end.to_string());
        parts.push(format!("expires {end}"));
    }
    if before.sources != after.sources || before.rate != after.rate {
        parts.push("addresses or rate changed".to_owned());
    }
    if before.manages_keys != after.manages_keys {
        let may = if after.manages_keys { "may" } else { "may no longer" };
        parts.push(format!("{may} manage keys"));
    }
    if parts.is_empty() {
        return "nothing changed".to_owned();
    }
    parts.join(", ")
}
