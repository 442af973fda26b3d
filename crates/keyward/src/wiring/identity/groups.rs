//! Privilege groups.

use super::clerk::{Answer, Clerk, done};
use super::failure::{Failure, instead};
use super::names;
use control::command::privilege_groups::{self, ChangeGroup};
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::message::rbac::{
    CreatePrivilegeGroupRequest, DropPrivilegeGroupRequest, ListPrivilegeGroupsResponse,
    OperatePrivilegeGroupRequest, PrivilegeEntity, PrivilegeGroupInfo, operation,
};
use model::grant::Granted;
use model::privilege::{Privilege, PrivilegeSet};
use model::privilege_group::BuiltInGroup;
use model::{Error, ErrorKind, OnCluster};

/// Makes a group that holds nothing.
pub(super) fn create(clerk: &Clerk<'_>) -> Answer {
    let request: CreatePrivilegeGroupRequest = clerk.request()?;
    let name = names::group(&request.group_name)?;
    let (cluster, said) = (clerk.cluster(), name.clone());
    clerk.change(
        move |desk, caller| privilege_groups::create(desk, caller, cluster, &name),
        |error| {
            let failure = match error.kind() {
                ErrorKind::Conflict => Failure::invalid(format_args!(
                    "privilege group name [{said}] is defined by users"
                )),
                _ => error.into(),
            };
            failure.with_legacy(instead::CREATE_GROUP)
        },
    )?;
    Ok(done())
}

/// Drops a group. One that is not there is dropped already.
pub(super) fn drop(clerk: &Clerk<'_>) -> Answer {
    let request: DropPrivilegeGroupRequest = clerk.request()?;
    let name = names::group(&request.group_name)?;
    let (cluster, said) = (clerk.cluster(), name.to_string());
    clerk.change_if_there(
        move |desk, caller| privilege_groups::delete(desk, caller, cluster, &name),
        |error| {
            let failure = match error.kind() {
                ErrorKind::Conflict => used(&said, &error),
                _ => error.into(),
            };
            failure.with_legacy(instead::DROP_GROUP)
        },
    )?;
    Ok(done())
}

/// Milvus' words for a group that a role holds.
fn used(group: &str, error: &Error) -> Failure {
    match error.thing() {
        Some(OnCluster::Role(role)) => Failure::invalid(format_args!(
            "privilege group [{group}] is used by role [{role}], Use REVOKE API to revoke it first"
        )),
        _ => Failure::invalid(error),
    }
}

/// All groups: those that people made, and those that are always there.
pub(super) fn list(clerk: &Clerk<'_>) -> Answer {
    let cluster = clerk.cluster();
    let made = clerk
        .see(move |desk, caller| privilege_groups::list(desk, caller, cluster), Failure::from)?;
    let made = made.iter().map(|group| info(group.name.to_string(), group.privileges));
    let built_in = BuiltInGroup::all().map(|group| info(group.to_string(), group.privileges()));
    let answer = ListPrivilegeGroupsResponse {
        status: Some(Status::success()),
        privilege_groups: made.chain(built_in).collect(),
    };
    Ok(answer.encode_to_vec())
}

/// Puts privileges into a group, or takes them out.
pub(super) fn operate(clerk: &Clerk<'_>) -> Answer {
    let request: OperatePrivilegeGroupRequest = clerk.request()?;
    let named = request.group_name.trim();
    if BuiltInGroup::from_name(named).is_some() || Privilege::from_text(named).is_some() {
        return Err(unknown_group(named).into());
    }
    let name = names::group(named)?;
    if request.privileges.is_empty() {
        let sentence = "privileges is empty when alter the privilege group";
        return Err(Failure::invalid(sentence).into());
    }
    let privileges: Result<Vec<Granted>, Failure> =
        request.privileges.iter().map(|privilege| meant(&privilege.name)).collect();
    let change = ChangeGroup { cluster: clerk.cluster(), name, privileges: privileges? };
    let group = change.name.to_string();
    let words = |error: Error| match error.kind() {
        ErrorKind::NotFound => match error.thing() {
            Some(OnCluster::Group(missing)) if *missing != group => unknown_privilege(missing),
            _ => unknown_group(&group),
        },
        ErrorKind::Invalid => Failure::invalid("privileges are not the same privilege level"),
        _ => error.into(),
    };
    match request.operation {
        operation::ADD => {
            clerk
                .change(move |desk, caller| privilege_groups::add(desk, caller, &change), words)?;
        }
        operation::REMOVE => clerk
            .change(move |desk, caller| privilege_groups::remove(desk, caller, &change), words)?,
        _ => return Err(Failure::unexpected("invalid operate privilege group type").into()),
    }
    Ok(done())
}

/// What a name stands for; whether a group that people made is there is seen later.
fn meant(name: &str) -> Result<Granted, Failure> {
    match Granted::new(name) {
        Ok(Granted::All(_)) | Err(_) => Err(unknown_privilege(name)),
        Ok(known) => Ok(known),
    }
}

pub(super) fn unknown_privilege(name: &str) -> Failure {
    let name: String = name.chars().take(64).collect();
    Failure::invalid(format_args!(
        "there is no privilege name or privilege group name [{name}] defined in system to operate"
    ))
}

fn unknown_group(name: &str) -> Failure {
    Failure::invalid(format_args!(
        "there is no privilege group name [{name}] defined in system to operate"
    ))
}

/// A group as answers show it.
pub(super) fn info(group_name: String, privileges: PrivilegeSet) -> PrivilegeGroupInfo {
    let entity = |privilege: Privilege| PrivilegeEntity { name: privilege.to_string() };
    PrivilegeGroupInfo { group_name, privileges: privileges.iter().map(entity).collect() }
}
