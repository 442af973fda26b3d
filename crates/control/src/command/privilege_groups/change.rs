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

/// All that a group is to hold.
#[derive(Clone, Debug)]
pub struct SetGroup {
    /// The cluster.
    pub cluster: ClusterId,
    /// The group.
    pub name: PrivilegeGroupName,
    /// The privileges; a group stands for what it holds.
    pub privileges: Vec<Granted>,
    /// What the group held when the caller decided; `None` from whoever does not care.
    pub seen: Option<PrivilegeSet>,
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

/// Makes a group hold exactly these privileges, none included, and so every role that has it.
/// Answers with what it is now. Wait for the fence before you tell anybody.
///
/// # Errors
/// As [`add`]; `Conflict` if the group does not hold what the request says it was seen to hold.
pub fn set(
    desk: &Desk,
    caller: &Caller,
    request: &SetGroup,
) -> Result<Committed<PrivilegeGroup>, Error> {
    act(desk, caller, request.cluster, &request.name, |reader, before| {
        if request.seen.is_some_and(|seen| seen != before.privileges) {
            return Err(Error::conflict(
                "somebody changed the group in the meantime: look at what it holds now, and decide \
                 again",
            ));
        }
        let held = expand(reader, request.cluster, &request.privileges)?;
        check(reader, request.cluster, &request.name, held)?;
        Ok((held, "set"))
    })
}

fn change(
    desk: &Desk,
    caller: &Caller,
    request: &ChangeGroup,
    give: bool,
) -> Result<Committed<PrivilegeGroup>, Error> {
    let ChangeGroup { cluster, name, privileges } = request;
    act(desk, caller, *cluster, name, |reader, before| {
        if privileges.is_empty() {
            return Err(Error::invalid("must name a privilege").in_field("privileges"));
        }
        let named_ones = expand(reader, *cluster, privileges)?;
        if !give {
            return Ok((before.privileges.without(named_ones), "took from"));
        }
        let held = before.privileges.union(named_ones);
        check(reader, *cluster, name, held)?;
        Ok((held, "added to"))
    })
}

/// What a group is to hold, and what was done to it in a word.
type Chosen = (PrivilegeSet, &'static str);

/// Gives a group what `choose` says it is to hold.
fn act(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
    choose: impl FnOnce(&Reader<'_>, &PrivilegeGroup) -> Result<Chosen, Error>,
) -> Result<Committed<PrivilegeGroup>, Error> {
    desk.act(caller, |work| {
        let action = Action::UpdatePrivilegeGroup;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, false)?;
        let before = named(work, cluster, name)?;
        let (held, verb) = choose(work, &before)?;
        privilege_groups::set(work, cluster, name, held)?;
        let after = PrivilegeGroup { privileges: held, ..before.clone() };
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
