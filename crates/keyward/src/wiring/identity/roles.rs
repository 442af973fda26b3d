//! Roles, and which users have them.

use super::clerk::{Answer, Clerk, done};
use super::failure::{Failure, instead};
use super::names;
use control::command::cluster_roles::{self, CreateClusterRole, DeleteClusterRole, RoleDetail};
use control::command::cluster_users::{self, ClusterUserRole};
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::message::rbac::{
    AlterRoleRequest, CreateRoleRequest, DropRoleRequest, OperateUserRoleRequest, RoleEntity,
    RoleResult, SelectRoleRequest, SelectRoleResponse, UserEntity, operation,
};
use model::cluster_role::{BuiltInRole, RoleName};
use model::name::Description;
use model::{Error, ErrorKind, OnCluster};

const NO_ROLE: &str = "not found the role, maybe the role isn't existed or internal system error";
const NO_USER: &str = "not found the user, maybe the user isn't existed or internal system error";

/// A role as Milvus' programs name it: its own name for the administrators.
pub(super) fn name(role: &RoleName) -> String {
    match role {
        RoleName::BuiltIn(BuiltInRole::Admin) => "admin".to_owned(),
        other => other.to_string(),
    }
}

/// A role in an answer.
pub(super) fn entity(role: &RoleName) -> RoleEntity {
    let description = match role {
        RoleName::BuiltIn(role) => role.description().to_owned(),
        RoleName::Custom(_) => String::new(),
    };
    RoleEntity { name: name(role), description }
}

/// Makes a role.
pub(super) fn create(clerk: &Clerk<'_>) -> Answer {
    let request: CreateRoleRequest = clerk.request()?;
    let entity = request.entity.unwrap_or_default();
    let taken = taken(&entity);
    let RoleName::Custom(name) = names::role(&entity.name)? else {
        return Err(Failure::unexpected(taken).with_legacy(instead::CREATE_ROLE).into());
    };
    let description = description(&entity.description)?;
    let cluster = clerk.cluster();
    clerk.change(
        move |desk, caller| {
            let request = CreateClusterRole { cluster, name, description };
            cluster_roles::create(desk, caller, &request)
        },
        |error| {
            let failure = match error.kind() {
                ErrorKind::Conflict => Failure::unexpected(taken),
                ErrorKind::LimitReached => Failure::unexpected(
                    "unable to create role because the number of roles has reached the limit",
                ),
                _ => error.into(),
            };
            failure.with_legacy(instead::CREATE_ROLE)
        },
    )?;
    Ok(done())
}

/// What Milvus says of a role that is there; it prints the whole message.
fn taken(entity: &RoleEntity) -> String {
    let described = if entity.description.is_empty() {
        String::new()
    } else {
        format!(" description:{:?}", entity.description)
    };
    format!("role [name:{:?}{described}] already exists", entity.name)
}

/// Says anew what a role is for.
pub(super) fn alter(clerk: &Clerk<'_>) -> Answer {
    let request: AlterRoleRequest = clerk.request()?;
    let name = names::role(&request.role_name)?;
    if matches!(name, RoleName::BuiltIn(_)) {
        return Err(built_in("builtin", &request.role_name, "altered").into());
    }
    let description = description(&request.description)?;
    let cluster = clerk.cluster();
    clerk.change(
        move |desk, caller| cluster_roles::describe(desk, caller, cluster, &name, &description),
        |error| no_role(error, instead::CREATE_ROLE),
    )?;
    Ok(done())
}

/// Drops a role.
pub(super) fn drop(clerk: &Clerk<'_>) -> Answer {
    let request: DropRoleRequest = clerk.request()?;
    let name = names::role(&request.role_name)?;
    if matches!(name, RoleName::BuiltIn(_)) {
        return Err(built_in("default", &request.role_name, "dropped").into());
    }
    let (cluster, with_grants) = (clerk.cluster(), request.force_drop);
    let request = DeleteClusterRole { cluster, name, from_users: true, with_grants };
    clerk.change(
        move |desk, caller| cluster_roles::delete(desk, caller, &request),
        |error| {
            if error.kind() == ErrorKind::Conflict {
                let sentence = "fail to drop the role that it has privileges. Use REVOKE API to \
                                revoke privileges";
                return Failure::unexpected(sentence).with_legacy(instead::DROP_ROLE);
            }
            no_role(error, instead::DROP_ROLE)
        },
    )?;
    Ok(done())
}

/// Gives a user a role, or takes it.
pub(super) fn operate(clerk: &Clerk<'_>) -> Answer {
    let request: OperateUserRoleRequest = clerk.request()?;
    let user = names::user(&request.username)?;
    let role = names::role(&request.role_name)?;
    let wanted = ClusterUserRole { cluster: clerk.cluster(), user, role };
    match request.operation {
        operation::ADD => clerk.change(
            move |desk, caller| cluster_users::grant_role(desk, caller, &wanted),
            no_such,
        )?,
        operation::REMOVE => {
            let gone = |error: Error| match error.kind() {
                // Nobody has no roles, so there is none to take.
                ErrorKind::NotFound if is_about_user(&error) => None,
                _ => Some(no_such(error)),
            };
            clerk.change_unless(
                move |desk, caller| cluster_users::revoke_role(desk, caller, &wanted),
                gone,
            )?;
        }
        _ => return Err(Failure::unexpected("invalid operate user role type").into()),
    }
    Ok(done())
}

/// Milvus' words for a user or a role that is not there.
fn no_such(error: Error) -> Failure {
    let failure = match error.kind() {
        ErrorKind::NotFound if is_about_user(&error) => Failure::unexpected(NO_USER),
        ErrorKind::NotFound => Failure::unexpected(NO_ROLE),
        ErrorKind::Conflict => Failure::not_permitted(error),
        _ => error.into(),
    };
    failure.with_legacy(instead::OPERATE_USER_ROLE)
}

/// Whether it is the user who is not there, not the role.
fn is_about_user(error: &Error) -> bool {
    matches!(error.thing(), Some(OnCluster::User(_)))
}

/// One role or all, with who has them if that is asked. One that is not there is no failure.
pub(super) fn select(clerk: &Clerk<'_>) -> Answer {
    let request: SelectRoleRequest = clerk.request()?;
    let cluster = clerk.cluster();
    let roles: Vec<RoleDetail> = match &request.role {
        Some(role) => {
            let name = names::role(&role.name)?;
            let found = clerk
                .look_for(move |desk, caller| cluster_roles::show(desk, caller, cluster, &name))?;
            found.into_iter().collect()
        }
        None => clerk
            .see(move |desk, caller| cluster_roles::list(desk, caller, cluster), Failure::from)?,
    };
    let results = roles.iter().map(|role| RoleResult {
        role: Some(RoleEntity { name: name(&role.name), description: role.description.clone() }),
        users: if request.include_user_info {
            role.users.iter().map(|user| UserEntity { name: user.to_string() }).collect()
        } else {
            Vec::new()
        },
    });
    let answer = SelectRoleResponse { status: Some(Status::success()), results: results.collect() };
    Ok(answer.encode_to_vec())
}

fn description(text: &str) -> Result<Description, Failure> {
    Ok(Description::new(text)?)
}

fn built_in(kind: &str, name: &str, what: &str) -> Failure {
    Failure::not_permitted(format_args!("the role[{name}] is a {kind} role, which can't be {what}"))
}

/// Milvus' words for what fails because there is no such role.
pub(super) fn no_role(error: Error, legacy: i32) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::unexpected(NO_ROLE).with_legacy(legacy),
        _ => error.into(),
    }
}
