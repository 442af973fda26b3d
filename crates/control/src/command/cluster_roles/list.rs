//! The roles of a cluster.

use super::{RoleDetail, detail, detail_built_in};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::BuiltInRole;
use model::{Action, ClusterId, Error};
use store::cluster_roles;

/// The roles of a cluster: the built-in ones, then those that people made, by name.
///
/// # Errors
/// `NotFound` for a cluster the caller may not see; what the policy refuses.
pub fn list(desk: &Desk, caller: &Caller, cluster: ClusterId) -> Result<Vec<RoleDetail>, Error> {
    desk.look(caller, |reader| {
        let action = Action::ViewClusterRole;
        let _seen = on_cluster::decide(reader, caller, cluster, action, false)?;
        let mut roles = Vec::new();
        for &role in BuiltInRole::ALL {
            roles.push(detail_built_in(reader, cluster, role)?);
        }
        for role in cluster_roles::list(reader, cluster)? {
            roles.push(detail(reader, &role)?);
        }
        Ok(roles)
    })
}
