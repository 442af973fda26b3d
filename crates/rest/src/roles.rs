//! Roles of a cluster, and what they may do. Keyward answers what is asked here.

use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use milvus::message::rbac::{
    AlterRoleRequest, CreateRoleRequest, DropRoleRequest, GrantEntity, GrantorEntity, ObjectEntity,
    OperatePrivilegeRequest, OperatePrivilegeV2Request, PrivilegeEntity, RoleEntity,
    SelectGrantRequest, SelectGrantResponse, SelectRoleRequest, SelectRoleResponse, operation,
};
use serde_json::{Value, json};

answered!(SelectGrantResponse, SelectRoleResponse);

/// The role that a request names.
fn role(body: &Body<'_>) -> Result<Option<RoleEntity>, Problem> {
    Ok(Some(RoleEntity { name: body.name("roleName")?, description: body.text("description")? }))
}

fn privilege(body: &Body<'_>) -> Result<Option<GrantorEntity>, Problem> {
    let privilege = Some(PrivilegeEntity { name: body.name("privilege")? });
    Ok(Some(GrantorEntity { user: None, privilege }))
}

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let request = SelectRoleRequest { role: None, include_user_info: false };
    let answer: SelectRoleResponse = caller.ask("SelectRole", &request).await?;
    let roles = answer.results.into_iter().filter_map(|result| result.role);
    let names: Vec<String> = roles.map(|role| role.name).collect();
    Ok(Reply::json(&json!(names)))
}

/// Lists what the role may do, as in Milvus.
pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let entity = GrantEntity {
        role: Some(RoleEntity { name: body.name("roleName")?, ..RoleEntity::default() }),
        db_name: caller.database(),
        ..GrantEntity::default()
    };
    let request = SelectGrantRequest { entity: Some(entity) };
    let answer: SelectGrantResponse = caller.ask("SelectGrant", &request).await?;
    Ok(Reply::json(&answer.entities.iter().map(shown).collect()))
}

fn shown(grant: &GrantEntity) -> Value {
    let grantor = grant.grantor.as_ref();
    json!({
        "objectType": grant.object.as_ref().map_or("", |object| &object.name),
        "objectName": grant.object_name,
        "privilege": grantor
            .and_then(|grantor| grantor.privilege.as_ref())
            .map_or("", |privilege| &privilege.name),
        "dbName": grant.db_name,
        "grantor": grantor.and_then(|grantor| grantor.user.as_ref()).map_or("", |user| &user.name),
    })
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    caller.order("CreateRole", &CreateRoleRequest { entity: role(&body)? }).await
}

pub(crate) async fn alter(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (role_name, description) = (body.name("roleName")?, body.text("description")?);
    caller.order("AlterRole", &AlterRoleRequest { role_name, description }).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DropRoleRequest { role_name: body.name("roleName")?, force_drop: false };
    caller.order("DropRole", &request).await
}

pub(crate) async fn grant_privilege(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    operate(caller, &body, operation::ADD).await
}

pub(crate) async fn revoke_privilege(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    operate(caller, &body, operation::REMOVE).await
}

async fn operate(
    caller: &mut Caller<'_>,
    body: &Body<'_>,
    operation: i32,
) -> Result<Reply, Problem> {
    let entity = GrantEntity {
        role: role(body)?,
        object: Some(ObjectEntity { name: body.name("objectType")? }),
        object_name: body.name("objectName")?,
        grantor: privilege(body)?,
        db_name: caller.database(),
    };
    let request =
        OperatePrivilegeRequest { entity: Some(entity), operation, version: String::new() };
    caller.order("OperatePrivilege", &request).await
}

pub(crate) async fn grant_privilege_v2(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    operate_v2(caller, &body, operation::ADD).await
}

pub(crate) async fn revoke_privilege_v2(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    operate_v2(caller, &body, operation::REMOVE).await
}

async fn operate_v2(
    caller: &mut Caller<'_>,
    body: &Body<'_>,
    operation: i32,
) -> Result<Reply, Problem> {
    let request = OperatePrivilegeV2Request {
        role: role(body)?,
        grantor: privilege(body)?,
        operation,
        db_name: body.text("dbName")?,
        collection_name: body.text("collectionName")?,
    };
    caller.order("OperatePrivilegeV2", &request).await
}
