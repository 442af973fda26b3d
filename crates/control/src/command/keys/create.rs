//! Making a key of a project.

use super::{creator, in_words, snapshot};
use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Desk;
use model::name::{Description, KeyName};
use model::scope::ProjectGrant;
use model::{Action, ApiKey, AuditEvent, Error, KeyId, Resource, Snapshot};
use store::keys::{Key, KeyKind, NewKey};
use store::{Committed, keys};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreateKey {
    /// Its project, role and clusters.
    pub grant: ProjectGrant,
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
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
/// `Invalid` if a cluster is not in the project; what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateKey,
) -> Result<Committed<CreatedKey>, Error> {
    desk.act(caller, |work| {
        let id = request.grant.project;
        let (project, permit) = projects::permitted(work, caller, id, Action::CreateKey)?;
        let plain = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
        let detail = format!(
            "key \"{}\", {} on {}",
            request.name,
            request.grant.role.as_str(),
            in_words(&request.grant.clusters)
        );
        let new = NewKey {
            parent: caller.key(),
            ..NewKey::plain(
                project.organization,
                KeyKind::Project(request.grant),
                request.name,
                request.description,
                creator(work, caller)?,
            )
        };
        let key = keys::insert(work, &plain, new)?;
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Key(key.id))
            .changed(Snapshot::none(), snapshot(&key));
        Ok((CreatedKey { key, plain }, event))
    })
}
