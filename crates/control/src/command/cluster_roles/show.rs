//! One role of a cluster.

use super::{RoleDetail, detail, detail_built_in, named};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::RoleName;
use model::{Action, ClusterId, Error};
use store::cluster_users;

/// The role with this name. A user of the cluster may see a role that it has, without the others
/// who have it.
///
/// # Errors
/// `NotFound` if there is none, or for a cluster the caller may not see; what the policy refuses.
pub fn show(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &RoleName,
) -> Result<RoleDetail, Error> {
    desk.look(caller, |reader| {
        let caller_user = match on_cluster::user(caller, cluster) {
            Some(user) => cluster_users::find(reader, user)?,
            None => None,
        };
        let own = caller_user.as_ref().is_some_and(|user| user.roles.contains(name));
        let action = Action::ViewClusterRole;
        let (_, permit) = on_cluster::decide(reader, caller, cluster, action, own)?;
        let mut found = match name {
            RoleName::BuiltIn(role) => detail_built_in(reader, cluster, *role)?,
            RoleName::Custom(name) => detail(reader, &named(reader, cluster, name)?)?,
        };
        if let (Some(user), "own") = (caller_user, permit.rule()) {
            found.users.retain(|name| *name == user.name);
        }
        Ok(found)
    })
}
