//! Giving a user of a cluster a role, and taking one.

use super::{named, role, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::{BuiltInRole, RoleName};
use model::cluster_user::ClusterUserName;
use model::{Action, AuditEvent, ClusterId, Error, Resource};
use store::Committed;
use store::cluster_users::{self, ClusterUser};

/// Which role of which user.
#[derive(Clone, Debug)]
pub struct ClusterUserRole {
    /// The cluster.
    pub cluster: ClusterId,
    /// The user.
    pub user: ClusterUserName,
    /// The role, of whichever kind.
    pub role: RoleName,
}

/// Gives a user a role. That the user has it already is no fault.
///
/// # Errors
/// `NotFound` if there is no such user or role; what the policy refuses.
pub fn grant_role(
    desk: &Desk,
    caller: &Caller,
    request: &ClusterUserRole,
) -> Result<Committed<ClusterUser>, Error> {
    change(desk, caller, request, true)
}

/// Takes a role from a user. That the user does not have it is no fault. Wait for the fence before
/// you tell anybody.
///
/// # Errors
/// `NotFound` if there is no such user or role; `Conflict` for the role of `db_admin`, which it
/// keeps; what the policy refuses.
pub fn revoke_role(
    desk: &Desk,
    caller: &Caller,
    request: &ClusterUserRole,
) -> Result<Committed<ClusterUser>, Error> {
    change(desk, caller, request, false)
}

fn change(
    desk: &Desk,
    caller: &Caller,
    request: &ClusterUserRole,
    give: bool,
) -> Result<Committed<ClusterUser>, Error> {
    let ClusterUserRole { cluster, user: name, role: role_name } = request;
    desk.act(caller, |work| {
        let action = Action::SetClusterUserRole;
        let (_, permit) = on_cluster::decide(work, caller, *cluster, action, false)?;
        let before = named(work, *cluster, name)?;
        let role = role(work, *cluster, role_name)?;
        if !give && name.is_db_admin() && *role_name == RoleName::BuiltIn(BuiltInRole::Admin) {
            let message = "db_admin keeps its role: it is the way back in";
            return Err(Error::conflict(message).in_field("roleName").into());
        }
        let detail = if give {
            cluster_users::add_role(work, before.id, role)?;
            format!("gave user \"{name}\" the role {role_name}")
        } else {
            cluster_users::remove_role(work, before.id, role)?;
            format!("took the role {role_name} from user \"{name}\"")
        };
        let after = named(work, *cluster, name)?;
        let event = AuditEvent::done(permit, detail)
            .about(Resource::ClusterUser(before.id))
            .changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
