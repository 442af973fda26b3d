//! All users, roles, grants and groups of a cluster in one message, and back.
//!
//! What stands for a password is its Argon2id hash, so a backup opens nothing by itself and can be
//! restored here with the passwords as they were. `db_admin` is in no backup: every cluster has its
//! own.

use super::clerk::{Answer, Clerk, done};
use super::failure::{Failure, instead};
use super::{grants, groups, meaning, names, roles};
use control::command::cluster_access::{
    self, ClusterAccess, ExportedGroup, ExportedRole, ExportedUser,
};
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::message::rbac::{
    BackupRbacResponse, GrantEntity, PrivilegeGroupInfo, RbacMeta, RestoreRbacRequest, RoleEntity,
    UserInfo,
};
use model::cluster_role::{ClusterRoleName, RoleName};
use model::cluster_user::PasswordVerifier;
use model::grant::Grant;
use model::name::Description;
use model::privilege::{Privilege, PrivilegeSet};
use model::{ErrorKind, SecretText};
use store::cluster_roles::GrantRecord;

/// Takes everything out.
pub(super) fn take(clerk: &Clerk<'_>) -> Answer {
    let cluster = clerk.cluster();
    let all = clerk.change_and_keep(
        move |desk, caller| cluster_access::export(desk, caller, cluster),
        Failure::from,
    )?;
    let mut meta = RbacMeta::default();
    for ExportedUser { name, verifier, roles } in &all.users {
        meta.users.push(UserInfo {
            user: name.to_string(),
            password: verifier.expose().to_owned(),
            roles: roles.iter().map(roles::entity).collect(),
        });
    }
    for ExportedRole { name, description, grants } in &all.roles {
        let (name, description) = (name.to_string(), description.to_string());
        meta.grants.extend(grants.iter().map(|record| grants::shown(&name, record)));
        meta.roles.push(RoleEntity { name, description });
    }
    let groups = all.groups.iter();
    meta.privilege_groups =
        groups.map(|group| groups::info(group.name.to_string(), group.privileges)).collect();
    let answer = BackupRbacResponse { status: Some(Status::success()), rbac_meta: Some(meta) };
    Ok(answer.encode_to_vec())
}

/// Puts everything in, or nothing.
pub(super) fn restore(clerk: &Clerk<'_>) -> Answer {
    let request: RestoreRbacRequest = clerk.request()?;
    let meta = request.rbac_meta.unwrap_or_default();
    let access = read(&meta)?;
    if access.is_empty() {
        return Err(Failure::unexpected("rbac meta is empty").into());
    }
    let cluster = clerk.cluster();
    clerk.change(
        move |desk, caller| cluster_access::import(desk, caller, cluster, &access),
        |error| {
            let failure = match error.kind() {
                ErrorKind::Conflict => {
                    Failure::invalid(format_args!("something already exists: {error}"))
                }
                ErrorKind::NotFound => Failure::invalid(format_args!("{error}")),
                _ => error.into(),
            };
            failure.with_legacy(instead::OPERATE_PRIVILEGE)
        },
    )?;
    Ok(done())
}

fn read(meta: &RbacMeta) -> Result<ClusterAccess, Failure> {
    let mut access = ClusterAccess::default();
    for group in &meta.privilege_groups {
        access.groups.push(read_group(group)?);
    }
    for role in &meta.roles {
        // Milvus has its own among them; those are here already.
        if let RoleName::Custom(name) = names::role(&role.name)? {
            access.roles.push(read_role(name, role, &meta.grants)?);
        }
    }
    for user in &meta.users {
        let name = names::user(&user.user)?;
        if !name.is_db_admin() {
            let roles: Result<_, _> =
                user.roles.iter().map(|role| names::role(&role.name)).collect();
            let verifier = PasswordVerifier::brought(SecretText::new(user.password.clone()));
            let verifier = verifier.map_err(|_| {
                Failure::invalid(format_args!(
                    "the password of user {name} is no Argon2id hash: only a backup of Keyward's \
                     can be restored with its users"
                ))
            })?;
            access.users.push(ExportedUser { name, verifier, roles: roles? });
        }
    }
    Ok(access)
}

fn read_group(group: &PrivilegeGroupInfo) -> Result<ExportedGroup, Failure> {
    let mut privileges = PrivilegeSet::EMPTY;
    for entity in &group.privileges {
        let privilege = Privilege::from_text(&entity.name)
            .ok_or_else(|| groups::unknown_privilege(&entity.name))?;
        privileges = privileges.with(privilege);
    }
    Ok(ExportedGroup { name: names::group(&group.group_name)?, privileges })
}

fn read_role(
    name: ClusterRoleName,
    role: &RoleEntity,
    grants: &[GrantEntity],
) -> Result<ExportedRole, Failure> {
    let description = Description::new(&role.description)?;
    let mut held = Vec::new();
    for entity in grants {
        if entity.role.as_ref().is_some_and(|of| of.name == role.name) {
            held.extend(read_grant(entity)?);
        }
    }
    Ok(ExportedRole { name, description, grants: held })
}

fn read_grant(entity: &GrantEntity) -> Result<Vec<GrantRecord>, Failure> {
    let grantor = entity.grantor.clone().unwrap_or_default();
    let privilege = grantor.privilege.unwrap_or_default();
    let privilege = names::privilege(&privilege.name)?;
    let (database, name) = (names::database(&entity.db_name)?, names::object(&entity.object_name)?);
    let kind = entity.object.as_ref().map_or("", |object| object.name.as_str());
    let grants = meaning::shown(kind, privilege, database, name)?;
    let by = names::user(&grantor.user.unwrap_or_default().name)
        .map_or_else(|_| "restored".to_owned(), |user| user.to_string());
    Ok(grants.into_iter().map(|grant: Grant| GrantRecord { grant, grantor: by.clone() }).collect())
}
