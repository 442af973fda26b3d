//! API keys: made, seen, viewed again, replaced, deleted.
//!
//! Keys never manage keys, unless an owner gave one that right: then it may make, list, disable and
//! delete keys of its project that can do no more than itself (`terms.rs`). A personal key acts
//! with its person's standing. The plain key leaves through [`create()`], [`create_many()`],
//! [`create_personal()`], [`rotate()`] and [`reveal()`] only.

mod create;
mod create_personal;
mod delete;
mod detail;
mod list;
mod list_personal;
mod report;
mod reveal;
mod rotate;
mod show;
mod switch;
mod terms;
mod update;

pub use create::{CreateKey, CreatedKey, create, create_many};
pub use create_personal::{CreatePersonalKey, create_personal};
pub use delete::{DeletedKeys, delete, delete_family, delete_many, delete_self};
pub use detail::KeyDetail;
pub use list::{KeyListing, KeyPart, KeyQuery, ListKeys, list};
pub use list_personal::list_personal;
pub use report::{ReportKey, report, without_keys};
pub use reveal::{repeat, reveal};
pub use rotate::{RotateKey, RotatedKey, rotate};
pub use show::show;
pub use switch::{disable, enable};
pub use terms::{End, KeyTerms};
pub use update::{Part, UpdateKey, update};

use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::desk::Refusal;
use model::actor::{Place, Standing};
use model::scope::{ClusterScope, DataScope, Selection};
use model::snapshot::Plain;
use model::{
    Action, AuditEvent, Error, KeyId, OrganizationRole, Permit, ProjectRole, Resource, Snapshot,
    policy,
};
use store::keys::{Creator, Key};
use store::{Reader, Work, keys, users};

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
    let persons_own = [Action::RevealKey, Action::UpdateKey, Action::RotateKey];
    if key.user().is_some() && !own && persons_own.contains(&action) {
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
    if matches!(action, Action::ViewKey | Action::ExplainAccess) {
        return Ok((key, permit));
    }
    let permit = terms::bounded(reader, caller, permit, key.power().as_ref())?;
    Ok((key, permit))
}

/// Records one of several acts of a change.
fn record(work: &mut Work<'_>, caller: &Caller, event: AuditEvent) -> Result<(), Error> {
    work.record(&event.from_address(caller.address()))
}

/// An error with the place of the entry at fault.
fn at(list: &str, index: usize, error: &Error) -> Error {
    let joint = if error.field().is_some() { "." } else { ": " };
    Error::new(error.kind(), format!("{list}[{index}]{joint}{}", error.message()))
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
        .with_maybe("userId", key.user())
        .with_maybe("expiresAt", key.life.expires_at())
        .with_maybe("disabledAt", key.life.off_since())
        .with_maybe("replacedBy", key.life.replaced_by())
        .with_maybe("rateLimit", key.rate)
        .with("manageKeys", key.manages_keys);
    let shot = if key.sources.is_open() {
        shot
    } else {
        shot.with_all("allowedAddresses", key.sources.blocks())
    };
    let Some(grant) = key.grant() else {
        return shot;
    };
    let shot = shot.with("projectId", grant.project).with("role", grant.role.as_str());
    let shot = match &grant.clusters {
        ClusterScope::All => shot.with("clusters", "all"),
        ClusterScope::Only(some) => shot.with_all("clusters", some.iter()),
    };
    let DataScope { databases, collections, privileges } = &grant.data;
    let shot = selected(shot, "databases", databases);
    let shot = selected(shot, "collections", collections);
    selected(shot, "privileges", privileges)
}

fn selected<T: Plain>(shot: Snapshot, field: &'static str, selection: &Selection<T>) -> Snapshot {
    match selection {
        Selection::All => shot,
        Selection::Only(some) => shot.with_all(field, some.iter()),
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
