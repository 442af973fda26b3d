//! Granting a role of a cluster something, and taking it back.

use super::{MOST_GRANTS, changeable, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_role::RoleName;
use model::grant::{Grant, Granted, Level, level_of};
use model::{Action, AuditEvent, ClusterId, Error, ErrorKind, Resource};
use store::cluster_roles;
use store::{Committed, Reader, privilege_groups};

/// Which grant of which role.
#[derive(Clone, Debug)]
pub struct ChangeGrant {
    /// The cluster.
    pub cluster: ClusterId,
    /// The role.
    pub role: RoleName,
    /// What, and on what.
    pub grant: Grant,
}

/// Grants a role something, and answers whether it did not have exactly this grant already.
///
/// # Errors
/// `Invalid` for a target that does not fit; `NotFound` if there is no such role or group;
/// `Conflict` if the role is built in; `LimitReached` if the role holds as much as it may; what the
/// policy refuses.
pub fn grant(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGrant,
) -> Result<Committed<bool>, Error> {
    change(desk, caller, request, true)
}

/// Takes a grant back, and answers whether the role had exactly this one. Wait for the fence before
/// you tell anybody.
///
/// # Errors
/// `NotFound` if there is no such role; `Conflict` if it is built in; what the policy refuses.
pub fn revoke(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGrant,
) -> Result<Committed<bool>, Error> {
    change(desk, caller, request, false)
}

fn change(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGrant,
    give: bool,
) -> Result<Committed<bool>, Error> {
    let ChangeGrant { cluster, role: name, grant } = request;
    desk.act(caller, |work| {
        let action = Action::SetClusterGrant;
        let (_, permit) = on_cluster::decide(work, caller, *cluster, action, false)?;
        let role = changeable(work, *cluster, name)?;
        let before = cluster_roles::grants(work, role.id)?;
        let (changed, verb) = if give {
            check(work, *cluster, grant)?;
            let grantor = on_cluster::signature(work, caller, *cluster)?;
            (cluster_roles::add_grant(work, role.id, grant, &grantor)?, "granted role")
        } else {
            (cluster_roles::remove_grant(work, role.id, grant)?, "revoked from role")
        };
        let after = cluster_roles::grants(work, role.id)?;
        if after.len() > MOST_GRANTS {
            let message = format!("a role may have {MOST_GRANTS} grants: grant groups instead");
            return Err(Error::new(ErrorKind::LimitReached, message).into());
        }
        let event = AuditEvent::done(permit, format!("{verb} \"{name}\" {grant}"))
            .about(Resource::ClusterRole(role.id))
            .changed(snapshot(&role, &before), snapshot(&role, &after));
        Ok((changed, event))
    })
}

/// Whether it may be granted on this target: a group must be there, and its level fit.
pub(in crate::command) fn check(
    reader: &Reader<'_>,
    cluster: ClusterId,
    grant: &Grant,
) -> Result<(), Error> {
    let level: Option<Level> = match &grant.what {
        Granted::Privilege(privilege) => Some(privilege.level()),
        Granted::BuiltInGroup(group) => Some(group.level()),
        Granted::All(level) => Some(*level),
        Granted::Group(name) => {
            let group = privilege_groups::find(reader, cluster, name)?.ok_or_else(|| {
                let message = format!("there is no privilege or privilege group named {name}");
                Error::new(ErrorKind::NotFound, message).in_field("privilege")
            })?;
            level_of(group.privileges)?
        }
    };
    level.map_or(Ok(()), |level| grant.target.fits(level))
}
