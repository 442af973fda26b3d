//! Groups of privileges. Keyward answers what is asked here.

use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use milvus::message::rbac::{
    CreatePrivilegeGroupRequest, DropPrivilegeGroupRequest, ListPrivilegeGroupsResponse,
    OperatePrivilegeGroupRequest, PrivilegeEntity, PrivilegeGroupInfo, operation,
};
use serde_json::{Value, json};

answered!(ListPrivilegeGroupsResponse);

fn group(body: &Body<'_>) -> Result<String, Problem> {
    body.name("privilegeGroupName")
}

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let answer: ListPrivilegeGroupsResponse = caller.ask("ListPrivilegeGroups", &()).await?;
    let groups: Value = answer.privilege_groups.iter().map(shown).collect();
    Ok(Reply::json(&json!({ "privilegeGroups": groups })))
}

fn shown(group: &PrivilegeGroupInfo) -> Value {
    let names: Vec<&str> = group.privileges.iter().map(|one| one.name.as_str()).collect();
    json!({ "privilegeGroupName": group.group_name, "privileges": names })
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = CreatePrivilegeGroupRequest { group_name: group(&body)? };
    caller.order("CreatePrivilegeGroup", &request).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DropPrivilegeGroupRequest { group_name: group(&body)? };
    caller.order("DropPrivilegeGroup", &request).await
}

pub(crate) async fn add(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    operate(caller, &body, operation::ADD).await
}

pub(crate) async fn remove(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    operate(caller, &body, operation::REMOVE).await
}

async fn operate(
    caller: &mut Caller<'_>,
    body: &Body<'_>,
    operation: i32,
) -> Result<Reply, Problem> {
    let privileges = body.texts("privileges")?;
    let request = OperatePrivilegeGroupRequest {
        group_name: group(body)?,
        privileges: privileges.into_iter().map(|name| PrivilegeEntity { name }).collect(),
        operation,
    };
    caller.order("OperatePrivilegeGroup", &request).await
}
