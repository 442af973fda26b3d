//! Making keys of projects, one or many.

use super::terms::{KeyTerms, bounded};
use super::{creator, in_words, snapshot};
use crate::caller::Caller;
use crate::command::projects;
use crate::desk::{Desk, Refusal};
use model::change::KeyLimits;
use model::name::{Description, KeyName};
use model::power::KeyPower;
use model::scope::ProjectGrant;
use model::{Action, ApiKey, AuditEvent, Error, KeyId, Resource, Snapshot};
use store::keys::{Key, KeyKind, NewKey};
use store::{Committed, Work, keys};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreateKey {
    /// Its project, role and clusters.
    pub grant: ProjectGrant,
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// What bounds it.
    pub terms: KeyTerms,
}

/// What was made. The plain key leaves here.
#[derive(Clone, Debug)]
pub struct CreatedKey {
    /// The record.
    pub key: Key,
    /// The key itself.
    pub plain: ApiKey,
}

/// Makes a key of a project.
///
/// # Errors
/// `Invalid` if a cluster is not in the project, or for an end that is not ahead; what the policy
/// refuses, such as a key that could do more than the one that makes it.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateKey,
) -> Result<Committed<CreatedKey>, Error> {
    desk.act(caller, |work| make(work, caller, request))
}

/// Makes keys of projects, all of them or none.
///
/// # Errors
/// Those of [`create()`], with the place of the key at fault; `Invalid` for none at all.
pub fn create_many(
    desk: &Desk,
    caller: &Caller,
    requests: Vec<CreateKey>,
) -> Result<Committed<Vec<CreatedKey>>, Error> {
    desk.act(caller, |work| {
        let mut made = Vec::with_capacity(requests.len());
        let mut last = None;
        for (index, request) in requests.into_iter().enumerate() {
            if let Some(event) = last.take() {
                super::record(work, caller, event)?;
            }
            let (key, event) = make(work, caller, request).map_err(|refusal| match refusal {
                Refusal::Failed(error) => Refusal::Failed(super::at("keys", index, &error)),
                denied @ Refusal::Denied(_) => denied,
            })?;
            made.push(key);
            last = Some(event);
        }
        let event = last.ok_or_else(|| Error::invalid("must name a key").in_field("keys"))?;
        Ok((made, event))
    })
}

fn make(
    work: &mut Work<'_>,
    caller: &Caller,
    request: CreateKey,
) -> Result<(CreatedKey, AuditEvent), Refusal> {
    let CreateKey { grant, name, description, terms } = request;
    let (project, permit) = projects::permitted(work, caller, grant.project, Action::CreateKey)?;
    let life = terms.end.life(work, project.organization, work.now())?;
    let limits = KeyLimits {
        expires_at: life.expires_at(),
        sources: terms.sources.clone(),
        rate: terms.rate,
    };
    let power = KeyPower { grant: grant.clone(), limits, manages_keys: terms.manages_keys };
    let permit = bounded(work, caller, permit, Some(&power))?;
    let plain = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
    let on = in_words(&grant.clusters);
    let detail = format!("key \"{name}\", {} on {on}", grant.role.as_str());
    let kind = KeyKind::Project(grant);
    let new = NewKey {
        life,
        sources: terms.sources,
        rate: terms.rate,
        manages_keys: terms.manages_keys,
        parent: caller.key(),
        ..NewKey::plain(project.organization, kind, name, description, creator(work, caller)?)
    };
    let key = keys::insert(work, &plain, new)?;
    let event = AuditEvent::done(permit, detail)
        .about(Resource::Key(key.id))
        .changed(Snapshot::none(), snapshot(&key));
    Ok((CreatedKey { key, plain }, event))
}
