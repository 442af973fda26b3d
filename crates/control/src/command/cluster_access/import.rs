//! Putting users, roles and privilege groups into a cluster.

use super::{ClusterAccess, ExportedGroup, ExportedRole, ExportedUser};
use crate::caller::Caller;
use crate::command::cluster_roles::{MOST_GRANTS, MOST_ROLES, check_grant};
use crate::command::cluster_users::{MOST_USERS, role};
use crate::command::on_cluster;
use crate::command::privilege_groups::MOST_GROUPS;
use crate::desk::Desk;
use model::grant::level_of;
use model::{Action, AuditEvent, ClusterId, Error, ErrorKind};
use store::cluster_users::NewClusterUser;
use store::{Committed, Work, cluster_roles, cluster_users, privilege_groups};

/// Makes all of these on a cluster, or none. Passwords stay what they were.
///
/// # Errors
/// `Invalid` if there is nothing, or a grant that does not fit; `Conflict` if the cluster has a
/// user, role or group of one of the names; `NotFound` for a role or group that is neither there
/// nor among them; `LimitReached` if they are too many; what the policy refuses.
pub fn import(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    access: &ClusterAccess,
) -> Result<Committed<()>, Error> {
    desk.act(caller, |work| {
        let action = Action::ImportClusterAccess;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        if access.is_empty() {
            return Err(Error::invalid("there is nothing to put in").into());
        }
        for group in &access.groups {
            add_group(work, cluster, group)?;
        }
        for role in &access.roles {
            add_role(work, cluster, role)?;
        }
        for user in &access.users {
            add_user(work, cluster, user)?;
        }
        bounded("users", cluster_users::count(work, cluster)?, MOST_USERS)?;
        bounded("roles", cluster_roles::count(work, cluster)?, MOST_ROLES)?;
        bounded("privilege groups", privilege_groups::count(work, cluster)?, MOST_GROUPS)?;
        Ok(((), AuditEvent::done(permit, format!("put in {}", access.in_words()))))
    })
}

fn add_group(work: &mut Work<'_>, cluster: ClusterId, new: &ExportedGroup) -> Result<(), Error> {
    level_of(new.privileges)?;
    privilege_groups::insert(work, cluster, &new.name)?;
    privilege_groups::set(work, cluster, &new.name, new.privileges)
}

fn add_role(work: &mut Work<'_>, cluster: ClusterId, new: &ExportedRole) -> Result<(), Error> {
    let role = cluster_roles::insert(work, cluster, &new.name, &new.description)?;
    bounded("grants of a role", new.grants.len() as u64, MOST_GRANTS as u64)?;
    for record in &new.grants {
        check_grant(work, cluster, &record.grant)?;
        cluster_roles::add_grant(work, role.id, &record.grant, &record.grantor)?;
    }
    Ok(())
}

fn add_user(work: &mut Work<'_>, cluster: ClusterId, new: &ExportedUser) -> Result<(), Error> {
    let (name, verifier) = (new.name.clone(), new.verifier.clone());
    let user = cluster_users::insert(work, &NewClusterUser { cluster, name, verifier })?;
    for name in &new.roles {
        let role = role(work, cluster, name)?;
        cluster_users::add_role(work, user.id, role)?;
    }
    Ok(())
}

fn bounded(what: &str, count: u64, most: u64) -> Result<(), Error> {
    if count <= most {
        return Ok(());
    }
    let message = format!("there would be {count} {what}; at most {most} are allowed");
    Err(Error::new(ErrorKind::LimitReached, message))
}
