//! Taking out the users, roles and privilege groups of a cluster.

use super::{ClusterAccess, ExportedGroup, ExportedRole, ExportedUser};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::{Action, AuditEvent, ClusterId, Error};
use store::{Committed, Reader, cluster_roles, cluster_users, privilege_groups};

/// Everything that people made on a cluster, with what verifies passwords. It is recorded.
///
/// # Errors
/// `NotFound` for a cluster the caller may not see; what the policy refuses.
pub fn export(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
) -> Result<Committed<ClusterAccess>, Error> {
    desk.act(caller, |work| {
        let action = Action::ExportClusterAccess;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        let all = everything(work, cluster)?;
        let event = AuditEvent::done(permit, format!("took out {}", all.in_words()));
        Ok((all, event))
    })
}

fn everything(reader: &Reader<'_>, cluster: ClusterId) -> Result<ClusterAccess, Error> {
    let mut all = ClusterAccess::default();
    for user in cluster_users::list(reader, cluster)? {
        if !user.name.is_db_admin() {
            let verifier = cluster_users::verifier(reader, user.id)?;
            all.users.push(ExportedUser { name: user.name, verifier, roles: user.roles });
        }
    }
    for role in cluster_roles::list(reader, cluster)? {
        let grants = cluster_roles::grants(reader, role.id)?;
        all.roles.push(ExportedRole { name: role.name, description: role.description, grants });
    }
    for group in privilege_groups::list(reader, cluster)? {
        all.groups.push(ExportedGroup { name: group.name, privileges: group.privileges });
    }
    Ok(all)
}
