//! Replacing a key by a new one that can do the same.

use super::{CreatedKey, End, KeyDetail, creator, snapshot};
use crate::caller::Caller;
use crate::desk::Desk;
use model::life::Overlap;
use model::{Action, ApiKey, AuditEvent, Error, KeyId, KeyLife, Resource, Snapshot, Timestamp};
use store::keys::{Key, KeyUpdate, NewKey};
use store::{Committed, Work, keys};

/// How a key is to be replaced.
#[derive(Clone, Copy, Debug)]
pub struct RotateKey {
    /// How long both work.
    pub overlap: Overlap,
    /// Until when the new key works; as long from now as the old one was given if `None`.
    pub end: Option<End>,
}

/// Both keys. The plain new one leaves here.
#[derive(Clone, Debug)]
pub struct RotatedKey {
    /// The new one.
    pub created: CreatedKey,
    /// The old one, as it is now.
    pub replaced: KeyDetail,
}

/// Makes a key that takes another's place: the same name, description, scope and limits. The old
/// one works on for the overlap, and without one is dead once the fence has been waited for.
///
/// # Errors
/// `Conflict` for a key that does not work or has been rotated before; what the policy refuses.
pub fn rotate(
    desk: &Desk,
    caller: &Caller,
    id: KeyId,
    request: RotateKey,
) -> Result<Committed<RotatedKey>, Error> {
    desk.act(caller, |work| {
        let (old, permit) = super::permitted(work, caller, id, Action::RotateKey)?;
        let plain = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
        let life = old.life.replaced(plain.id(), request.overlap, work.now())?;
        // The project's default key is its successor from now on: there is one at any time.
        let update = KeyUpdate { life, is_default: false, ..KeyUpdate::of(&old) };
        let replaced = keys::update(work, id, update)?;
        let new = successor(work, caller, &old, request.end)?;
        let key = keys::insert(work, &plain, new)?;
        let made = AuditEvent::done(permit.clone(), format!("made to take the place of {id}"))
            .about(Resource::Key(key.id))
            .changed(Snapshot::none(), snapshot(&key));
        super::record(work, caller, made)?;
        let event = AuditEvent::done(permit, format!("replaced by {}", key.id))
            .changed(snapshot(&old), snapshot(&replaced));
        let replaced = KeyDetail::of(work, replaced, work.now())?;
        Ok((RotatedKey { created: CreatedKey { key, plain }, replaced }, event))
    })
}

fn successor(
    work: &Work<'_>,
    caller: &Caller,
    old: &Key,
    end: Option<End>,
) -> Result<NewKey, Error> {
    let now = work.now();
    let life = match (end, old.life.expires_at()) {
        (Some(end), _) => end.life(work, old.organization, now)?,
        (None, None) => KeyLife::default(),
        (None, Some(until)) => KeyLife::new(Some(as_long(old.created_at, until, now)), now)?,
    };
    Ok(NewKey {
        organization: old.organization,
        kind: old.kind.clone(),
        name: old.name.clone(),
        description: old.description.clone(),
        creator: creator(work, caller)?,
        is_default: old.is_default,
        life,
        sources: old.sources.clone(),
        rate: old.rate,
        manages_keys: old.manages_keys,
        parent: caller.key(),
        replaces: Some(old.id),
    })
}

/// As long from now as the old key was to live, within what a key may be given.
fn as_long(made: Timestamp, until: Timestamp, now: Timestamp) -> Timestamp {
    let most = model::life::days_ahead(now, 3653).unwrap_or(until);
    let lived = until.millis().saturating_sub(made.millis()).max(1);
    Timestamp::from_millis(now.millis().saturating_add(lived)).min(most)
}
