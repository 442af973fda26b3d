//! The one call that every command about the users, roles and privilege groups of a cluster makes
//! to the policy.
//!
//! Beside people and keys, users of that very cluster may act, by what they hold on the whole of
//! it. A key of a project may only where nothing narrows or bounds it: what it would make here has
//! no such bounds, and outlives it.

use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Refusal;
use crate::standing;
use model::actor::{Actor, Standing};
use model::change::KeyLimits;
use model::cluster_user::ClusterUserName;
use model::{AccessRole, Action, ClusterId, ClusterUserId, Error, KeyId, Permit, Resource, policy};
use store::clusters::Cluster;
use store::{Reader, cluster_users, clusters, keys};

/// Loads a cluster and decides one act on its users, roles or groups. What is the caller's own is
/// for `own` to say.
pub(super) fn decide(
    reader: &Reader<'_>,
    caller: &Caller,
    id: ClusterId,
    action: Action,
    own: bool,
) -> Result<(Cluster, Permit), Refusal> {
    let none = || Error::not_found("cluster", id);
    let cluster = clusters::find(reader, id)?.ok_or_else(none)?;
    let project = store::projects::find(reader, cluster.project)?.ok_or_else(none)?;
    let found = standing::on_cluster(reader, caller, projects::place(&project), id)?;
    let standing = Standing { own: own && found.cluster_rights.is_some(), ..found };
    let permit = policy::decide(caller.actor(), standing, action, Resource::Cluster(id))?;
    let permit = match caller.actor() {
        Actor::ProjectKey { key, .. } => unbounded(reader, caller, permit, *key, id)?,
        _ => permit,
    };
    Ok((cluster, permit))
}

/// The caller, if it is a user of this cluster.
pub(super) fn user(caller: &Caller, id: ClusterId) -> Option<ClusterUserId> {
    match caller.actor() {
        Actor::ClusterUser { user, cluster } if *cluster == id => Some(*user),
        _ => None,
    }
}

/// Whether the caller is the user of this cluster with this name.
pub(super) fn is_self(
    reader: &Reader<'_>,
    caller: &Caller,
    cluster: ClusterId,
    name: &ClusterUserName,
) -> Result<bool, Error> {
    let Some(own) = user(caller, cluster) else {
        return Ok(false);
    };
    Ok(cluster_users::find(reader, own)?.is_some_and(|user| user.name == *name))
}

/// How a record of the cluster names the caller: a user of the cluster by name, as Milvus does.
pub(super) fn signature(
    reader: &Reader<'_>,
    caller: &Caller,
    cluster: ClusterId,
) -> Result<String, Error> {
    let user = match user(caller, cluster) {
        Some(own) => cluster_users::find(reader, own)?,
        None => None,
    };
    let person = || caller.person().map(|person| person.to_string());
    Ok(user
        .map(|user| user.name.to_string())
        .or_else(person)
        .unwrap_or_else(|| caller.actor().to_string()))
}

/// The permit, if nothing narrows or bounds the key.
fn unbounded(
    reader: &Reader<'_>,
    caller: &Caller,
    permit: Permit,
    key: KeyId,
    cluster: ClusterId,
) -> Result<Permit, Refusal> {
    let power = keys::find(reader, key)?.and_then(|key| key.power());
    let whole = power.is_some_and(|power| {
        power.grant.role == AccessRole::Admin
            && power.grant.clusters.contains(cluster)
            && power.grant.data.is_whole()
            && power.limits == KeyLimits::default()
    });
    if whole {
        return Ok(permit);
    }
    // The same act by a key without the right to manage keys: that is what it is here.
    let without = Standing { key_of_project: true, ..Standing::NONE };
    let again = policy::decide(caller.actor(), without, permit.action(), permit.resource());
    again.map_err(|denial| {
        denial
            .because(
                "a key manages users and roles only if it has the role Admin, opens this cluster, \
                 and has no end, address, rate or scope of its own: they would outlive it",
            )
            .into()
    })
}
