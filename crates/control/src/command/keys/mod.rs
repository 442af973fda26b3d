//! API keys: made, seen, viewed again, replaced, deleted.
//!
//! Keys never manage keys: the policy refuses a project's key everything here, and a personal key
//! acts with its person's standing. The plain key leaves through [`create()`],
//! [`create_personal()`] and [`reveal()`] only.

mod create;
mod create_personal;
mod delete;
mod detail;
mod list;
mod list_personal;
mod reveal;
mod show;
mod update;

pub use create::{CreateKey, CreatedKey, create};
pub use create_personal::{CreatePersonalKey, create_personal};
pub use delete::delete;
pub use detail::KeyDetail;
pub use list::{ListKeys, list};
pub use list_personal::list_personal;
pub use reveal::{repeat, reveal};
pub use show::show;
pub use update::{UpdateKey, update};

use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::desk::Refusal;
use model::actor::{Place, Standing};
use model::scope::ClusterScope;
use model::{
    Action, Error, KeyId, OrganizationRole, Permit, ProjectRole, Resource, Snapshot, policy,
};
use store::keys::{Creator, Key};
use store::{Reader, keys, users};

/// Loads a key and decides one act on it.
pub(in crate::command) fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    id: KeyId,
    action: Action,
) -> Result<(Key, Permit), Refusal> {
    let key = keys::find(reader, id)?.ok_or_else(|| Error::not_found("API key", id))?;
    let place = Place { organization: key.organization, project: key.project() };
    let own = key.user().is_some() && key.user() == caller.person();
    let permit = decide_own(reader, caller, place, action, Resource::Key(id), own)?;
    if key.user().is_some() && !own && matches!(action, Action::RevealKey | Action::UpdateKey) {
        // To everybody but its person, an owner of the organization is a bystander here, who may
        // know that the key exists, and end it.
        let bystander = Standing {
            organization: Some(OrganizationRole::Member),
            project: Some(ProjectRole::Member),
            ..Standing::NONE
        };
        let permit = policy::decide(caller.actor(), bystander, action, Resource::Key(id))?;
        return Ok((key, permit));
    }
    Ok((key, permit))
}

/// The caller, as the record of what it makes names it.
pub(super) fn creator(reader: &Reader<'_>, caller: &Caller) -> Result<Creator, Error> {
    let name = match caller.person() {
        Some(user) => users::find(reader, user)?.map(|user| user.name),
        None => None,
    };
    let id = caller.person().map_or_else(|| caller.actor().to_string(), |user| user.to_string());
    Ok(Creator { name: name.unwrap_or_else(|| id.clone()), id })
}

/// How a key is, for the audit trail.
pub(super) fn snapshot(key: &Key) -> Snapshot {
    let shot = Snapshot::none()
        .with("name", &key.name)
        .with("description", &key.description)
        .with_maybe("userId", key.user());
    let Some(grant) = key.grant() else {
        return shot;
    };
    let shot = shot.with("projectId", grant.project).with("role", grant.role.as_str());
    match &grant.clusters {
        ClusterScope::All => shot.with("clusters", "all"),
        ClusterScope::Only(some) => shot.with_all("clusters", some.iter()),
    }
}

/// A scope in a few words, for the audit trail.
fn in_words(clusters: &ClusterScope) -> String {
    match clusters {
        ClusterScope::All => "all clusters".to_owned(),
        ClusterScope::Only(some) => {
            let names: Vec<_> = some.iter().map(ToString::to_string).collect();
            format!("clusters {}", names.join(" "))
        }
    }
}
