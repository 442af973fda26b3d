//! Changing what a privilege group holds.
//!
//! Another group stands for the privileges that it holds at that moment.

use super::{named, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::grant::{Granted, PrivilegeGroupName, level_of};
use model::privilege::PrivilegeSet;
use model::{Action, AuditEvent, ClusterId, Error};
use store::privilege_groups::{self, PrivilegeGroup};
use store::{Committed, Reader, cluster_roles};

/// Which privileges of which group.
#[derive(Clone, Debug)]
pub struct ChangeGroup {
    /// The cluster.
    pub cluster: ClusterId,
    /// The group.
    pub name: PrivilegeGroupName,
    /// The privileges; a group stands for what it holds.
    pub privileges: Vec<Granted>,
}

/// Adds privileges to a group, and so to every role that has it. Answers with what it is now.
///
/// # Errors
/// `Invalid` if there is none to add, if they are not all of one level with those it has, or if a
/// role has the group on a target that would not fit; `NotFound` for an unknown group; what the
/// policy refuses.
pub fn add(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGroup,
) -> Result<Committed<PrivilegeGroup>, Error> {
    change(desk, caller, request, true)
}

/// Takes privileges from a group, and so from every role that has it. Answers with what it is now.
/// Wait for the fence before you tell anybody.
///
/// # Errors
/// `Invalid` if there is none to take; `NotFound` for an unknown group; what the policy refuses.
pub fn remove(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGroup,
) -> Result<Committed<PrivilegeGroup>, Error> {
    change(desk, caller, request, false)
}

fn change(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGroup,
    give: bool,
) -> Result<Committed<PrivilegeGroup>, Error> {
    let ChangeGroup { cluster, name, privileges } = request;
    desk.act(caller, |work| {
        let action = Action::UpdatePrivilegeGroup;
        let (_, permit) = on_cluster::decide(work, caller, *cluster, action, false)?;
        let before = named(work, *cluster, name)?;
        if privileges.is_empty() {
            return Err(Error::invalid("must name a privilege").in_field("privileges").into());
        }
        let named_ones = expand(work, *cluster, privileges)?;
        let held = if give {
            before.privileges.union(named_ones)
        } else {
            before.privileges.without(named_ones)
        };
        if give {
            check(work, *cluster, name, held)?;
        }
        privilege_groups::set(work, *cluster, name, held)?;
        let after = PrivilegeGroup { privileges: held, ..before.clone() };
        let verb = if give { "added to" } else { "took from" };
        let event = AuditEvent::done(permit, format!("{verb} privilege group \"{name}\""))
            .changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}

/// One level for all, which fits wherever the group is granted already.
fn check(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
    held: PrivilegeSet,
) -> Result<(), Error> {
    let Some(level) = level_of(held)? else {
        return Ok(());
    };
    for (role, target) in cluster_roles::grants_of_group(reader, cluster, name)? {
        target.fits(level).map_err(|error| {
            Error::invalid(format!(
                "role {} has the group on {target}, where they could not be held: {}",
                role.name,
                error.message()
            ))
            .in_field("privileges")
        })?;
    }
    Ok(())
}

fn expand(
    reader: &Reader<'_>,
    cluster: ClusterId,
    privileges: &[Granted],
) -> Result<PrivilegeSet, Error> {
    let mut all = PrivilegeSet::EMPTY;
    for granted in privileges {
        let held = match granted {
            Granted::Group(name) => named(reader, cluster, name)?.privileges,
            known => known.privileges(|_| PrivilegeSet::EMPTY),
        };
        all = all.union(held);
    }
    Ok(all)
}
