//! Deleting keys: one, one with all that it made, many, and the one that asks.

use super::{KeyDetail, snapshot};
use crate::caller::Caller;
use crate::desk::{Desk, Refusal};
use model::actor::Standing;
use model::{Action, AuditEvent, Error, KeyId, Permit, Resource, Snapshot, policy};
use store::keys::Key;
use store::{Committed, Work, keys};

/// What was deleted.
#[derive(Clone, Debug)]
pub struct DeletedKeys {
    /// The key that was named, as it was.
    pub key: KeyDetail,
    /// The keys it made that went with it, nearest first.
    pub descendants: Vec<KeyDetail>,
    /// How many keys it made live on.
    pub living: usize,
}

/// Deletes a key and answers with what it was. Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; what the policy refuses.
pub fn delete(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<KeyDetail>, Error> {
    desk.act(caller, |work| remove(work, caller, id))
}

/// Deletes a key, and with it all that were made with it, with those, and so on, if that is asked
/// for: all of them or none.
///
/// # Errors
/// Those of [`delete()`], for each key; `LimitReached` if there are too many.
pub fn delete_family(
    desk: &Desk,
    caller: &Caller,
    id: KeyId,
    with_descendants: bool,
) -> Result<Committed<DeletedKeys>, Error> {
    desk.act(caller, |work| {
        // Whether the caller may see the key is decided before its descendants are counted.
        let permitted = super::permitted(work, caller, id, Action::DeleteKey)?;
        let below = keys::descendants(work, id)?;
        let mut descendants = Vec::new();
        if with_descendants {
            for &child in &below {
                let (gone, event) = remove(work, caller, child)?;
                super::record(work, caller, event)?;
                descendants.push(gone);
            }
        }
        let living = below.len() - descendants.len();
        let (key, event) = remove_permitted(work, permitted)?;
        Ok((DeletedKeys { key, descendants, living }, event))
    })
}

/// Deletes keys, all of them or none.
///
/// # Errors
/// Those of [`delete()`], for each key; `Invalid` for none at all.
pub fn delete_many(
    desk: &Desk,
    caller: &Caller,
    ids: &[KeyId],
) -> Result<Committed<Vec<KeyDetail>>, Error> {
    desk.act(caller, |work| {
        let Some((last, others)) = ids.split_last() else {
            return Err(Error::invalid("must name a key").in_field("ids").into());
        };
        let mut gone = Vec::with_capacity(ids.len());
        for &id in others {
            let (key, event) = remove(work, caller, id)?;
            super::record(work, caller, event)?;
            gone.push(key);
        }
        let (key, event) = remove(work, caller, *last)?;
        gone.push(key);
        Ok((gone, event))
    })
}

/// Deletes the key that the caller signed with: whoever holds a key may end it.
///
/// # Errors
/// `Invalid` for a caller without a key.
pub fn delete_self(desk: &Desk, caller: &Caller) -> Result<Committed<KeyDetail>, Error> {
    desk.act(caller, |work| {
        let id = caller.key().ok_or_else(|| {
            Error::invalid("this deletes the key that signs the request: sign it with that key")
        })?;
        let key = keys::find(work, id)?.ok_or_else(|| Error::not_found("API key", id))?;
        let own = Standing { own: true, ..Standing::NONE };
        let resource = Resource::Key(id);
        let permit = policy::decide(caller.actor(), own, Action::DeleteOwnKey, resource)?;
        let detail = KeyDetail::of(work, key, work.now())?;
        keys::remove(work, &detail.key)?;
        let event = AuditEvent::done(permit, format!("key \"{}\" deleted itself", detail.key.name))
            .changed(snapshot(&detail.key), Snapshot::none());
        Ok((detail, event))
    })
}

fn remove(
    work: &mut Work<'_>,
    caller: &Caller,
    id: KeyId,
) -> Result<(KeyDetail, AuditEvent), Refusal> {
    let permitted = super::permitted(work, caller, id, Action::DeleteKey)?;
    Ok(remove_permitted(work, permitted)?)
}

fn remove_permitted(
    work: &mut Work<'_>,
    (key, permit): (Key, Permit),
) -> Result<(KeyDetail, AuditEvent), Error> {
    let detail = KeyDetail::of(work, key, work.now())?;
    keys::remove(work, &detail.key)?;
    let event = AuditEvent::done(permit, format!("deleted key \"{}\"", detail.key.name))
        .changed(snapshot(&detail.key), Snapshot::none());
    Ok((detail, event))
}
