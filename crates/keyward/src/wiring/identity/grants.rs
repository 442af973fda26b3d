//! What roles are granted, in both generations of Milvus' calls.

use super::clerk::{Answer, Clerk, done};
use super::failure::{Failure, instead};
use super::meaning::{by_kind, by_level, not_found};
use super::names;
use super::objects::Kind;
use super::roles::{self, no_role};
use control::command::cluster_roles::{self, ChangeGrant};
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::message::rbac::{
    GrantEntity, GrantorEntity, ObjectEntity, OperatePrivilegeRequest, OperatePrivilegeV2Request,
    PrivilegeEntity, RoleEntity, SelectGrantRequest, SelectGrantResponse, UserEntity, operation,
};
use model::cluster_role::RoleName;
use model::grant::{Grant, Granted, Level, NameChoice};
use model::{Error, ErrorKind};
use store::cluster_roles::GrantRecord;

/// Grants or revokes by kind of thing: the older call.
pub(super) fn operate(clerk: &Clerk<'_>) -> Answer {
    let request: OperatePrivilegeRequest = clerk.request()?;
    let missing = |what: &str| Failure::unexpected(format_args!("the {what} is nil"));
    let entity = request.entity.ok_or_else(|| missing("entity in the request"))?;
    let grantor = entity.grantor.ok_or_else(|| missing("grantor entity in the grant entity"))?;
    let privilege =
        grantor.privilege.ok_or_else(|| missing("privilege entity in the grantor entity"))?;
    let privilege = names::privilege(&privilege.name)?;
    let object = entity.object.ok_or_else(|| missing("resource entity in the grant entity"))?;
    let object = names::object_type(&object.name)?;
    let name = names::object(&entity.object_name)?;
    let role = entity.role.ok_or_else(|| missing("object entity in the grant entity"))?;
    let role = custom(names::role(&role.name)?)?;
    let database = names::database(&entity.db_name)?;
    let grants = if request.version == "v2" {
        by_level(privilege, database, name)?
    } else {
        let invalid = || Failure::unexpected("the object entity in the request is nil or invalid");
        let kind = Kind::from_text(object)
            .ok_or_else(|| invalid().with_legacy(instead::OPERATE_PRIVILEGE))?;
        by_kind(kind, privilege, database, name)?
    };
    change(clerk, request.operation, &role, grants, privilege)
}

/// Grants or revokes on a database and a collection: the newer call.
pub(super) fn operate_v2(clerk: &Clerk<'_>) -> Answer {
    let request: OperatePrivilegeV2Request = clerk.request()?;
    let role = request.role.ok_or_else(|| Failure::invalid("the role in the request is nil"))?;
    let role = custom(names::role(&role.name)?)?;
    let privilege = request.grantor.and_then(|grantor| grantor.privilege);
    let privilege =
        privilege.ok_or_else(|| Failure::invalid("the privilege in the request is nil"))?;
    let privilege = names::privilege(&privilege.name)?;
    let database = names::database(&request.db_name)?;
    let collection = names::collection(&request.collection_name)?;
    let grants = by_level(privilege, database, collection)?;
    change(clerk, request.operation, &role, grants, privilege)
}

fn custom(role: RoleName) -> Result<RoleName, Failure> {
    match role {
        RoleName::Custom(_) => Ok(role),
        RoleName::BuiltIn(_) => Err(Failure::not_permitted(format_args!(
            "the role[{}] is a builtin role, which can't be granted anything",
            roles::name(&role)
        ))),
    }
}

/// Makes or takes back grants, one after another: each may be there or gone already.
fn change(
    clerk: &Clerk<'_>,
    operation: i32,
    role: &RoleName,
    grants: Vec<Grant>,
    named: &str,
) -> Answer {
    let cluster = clerk.cluster();
    for grant in grants {
        let request = ChangeGrant { cluster, role: role.clone(), grant };
        let words = |error: Error| words(error, named);
        match operation {
            operation::ADD => clerk
                .change(move |desk, caller| cluster_roles::grant(desk, caller, &request), words)?,
            operation::REMOVE => clerk
                .change(move |desk, caller| cluster_roles::revoke(desk, caller, &request), words)?,
            _ => return Err(Failure::unexpected("invalid operate privilege type").into()),
        }
    }
    Ok(done())
}

/// Milvus' words for a grant that was not made.
fn words(error: Error, named: &str) -> Failure {
    match (error.kind(), error.field()) {
        (ErrorKind::NotFound, Some("privilege")) => not_found(named),
        (ErrorKind::Invalid, Some("database" | "collection")) => {
            Failure::invalid(format_args!("{error}: {named}"))
        }
        _ => no_role(error, instead::OPERATE_PRIVILEGE),
    }
}

/// What a role is granted in a database: there, and in any.
pub(super) fn select(clerk: &Clerk<'_>) -> Answer {
    let request: SelectGrantRequest = clerk.request()?;
    let nil = |what: &str| Failure::invalid(format_args!("the {what} is nil"));
    let entity = request.entity.ok_or_else(|| nil("grant entity in the request"))?;
    let thing = match &entity.object {
        Some(object) => {
            let kind = names::object_type(&object.name)?;
            let name = names::object(&entity.object_name)?;
            let unknown = || {
                Failure::unexpected(format_args!(
                    "not found the object type[name: {kind}], supported the object types: \
                     [Collection Global User]"
                ))
                .with_legacy(instead::SELECT_GRANT)
            };
            Some((Kind::from_text(kind).ok_or_else(unknown)?, name))
        }
        None => None,
    };
    let role = entity.role.ok_or_else(|| nil("role entity in the grant entity"))?;
    let role = names::role(&role.name)?;
    let database = names::database(&entity.db_name)?;
    let cluster = clerk.cluster();
    let asked = role.clone();
    let found = clerk.see(
        move |desk, caller| cluster_roles::show(desk, caller, cluster, &asked),
        |error| no_role(error, instead::SELECT_GRANT),
    )?;
    let name = roles::name(&role);
    let entities = found.grants.iter().map(|record| shown(&name, record));
    let entities = entities.filter(|one| matches(one, &database, thing.as_ref())).collect();
    let answer = SelectGrantResponse { status: Some(Status::success()), entities };
    Ok(answer.encode_to_vec())
}

/// Whether a grant is one of those that are asked for.
fn matches(one: &GrantEntity, database: &NameChoice, thing: Option<&(Kind, NameChoice)>) -> bool {
    let here = database.is_any() || one.db_name == "*" || one.db_name == database.as_str();
    let this = thing.is_none_or(|(kind, name)| {
        one.object.as_ref().is_some_and(|object| object.name == kind.as_str())
            && one.object_name == name.as_str()
    });
    here && this
}

/// A grant as answers show it.
pub(super) fn shown(role: &str, record: &GrantRecord) -> GrantEntity {
    let Grant { what, target } = &record.grant;
    let (kind, privilege) = match what {
        Granted::Privilege(privilege) => (Kind::of(*privilege), privilege.to_string()),
        // Milvus takes a group for something global.
        Granted::BuiltInGroup(group) => (Kind::Global, group.to_string()),
        Granted::Group(name) => (Kind::Global, name.to_string()),
        Granted::All(Level::Collection) => (Kind::Collection, "*".to_owned()),
        Granted::All(Level::Database | Level::Cluster) => (Kind::Global, "*".to_owned()),
    };
    GrantEntity {
        role: Some(RoleEntity { name: role.to_owned(), ..RoleEntity::default() }),
        object: Some(ObjectEntity { name: kind.as_str().to_owned() }),
        object_name: target.collection.to_string(),
        grantor: Some(GrantorEntity {
            user: Some(UserEntity { name: record.grantor.clone() }),
            privilege: Some(PrivilegeEntity { name: privilege }),
        }),
        db_name: target.database.to_string(),
    }
}
