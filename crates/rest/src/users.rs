//! Users of a cluster, and their roles. Keyward answers what is asked here.

use crate::body::{Body, required};
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use base64::prelude::{BASE64_STANDARD, Engine};
use milvus::message::rbac::{
    CreateCredentialRequest, DeleteCredentialRequest, ListCredUsersResponse,
    OperateUserRoleRequest, SelectUserRequest, SelectUserResponse, UpdateCredentialRequest,
    UserEntity, operation,
};
use serde_json::json;
use zeroize::Zeroizing;

answered!(ListCredUsersResponse, SelectUserResponse);

/// A password as the messages carry it.
fn password(body: &Body<'_>, name: &str) -> Result<String, Problem> {
    let plain = Zeroizing::new(body.text(name)?);
    if plain.is_empty() {
        return Err(Problem::missing(required(name)));
    }
    Ok(BASE64_STANDARD.encode(plain.as_bytes()))
}

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let answer: ListCredUsersResponse = caller.ask("ListCredUsers", &()).await?;
    Ok(Reply::json(&json!(answer.usernames)))
}

/// Names the user's roles, as in Milvus.
pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let name = body.name("userName")?;
    let user = Some(UserEntity { name: name.clone() });
    let request = SelectUserRequest { user, include_role_info: true };
    let answer: SelectUserResponse = caller.ask("SelectUser", &request).await?;
    let is_asked = |user: &Option<UserEntity>| user.as_ref().is_some_and(|user| user.name == name);
    let found = answer.results.into_iter().filter(|result| is_asked(&result.user));
    let roles: Vec<String> = found.flat_map(|result| result.roles).map(|role| role.name).collect();
    Ok(Reply::json(&json!(roles)))
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = CreateCredentialRequest {
        username: body.name("userName")?,
        password: password(&body, "password")?,
        description: body.read("description")?,
    };
    caller.order("CreateCredential", &request).await
}

pub(crate) async fn update_password(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let username = body.name("userName")?;
    let description: Option<String> = body.read("description")?;
    // A description may be changed alone.
    let given = |name: &str| match body.raw(name) {
        None if description.is_some() => Ok(String::new()),
        _ => password(&body, name),
    };
    let (old_password, new_password) = (given("password")?, given("newPassword")?);
    let request = UpdateCredentialRequest { username, old_password, new_password, description };
    caller.order("UpdateCredential", &request).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DeleteCredentialRequest { username: body.name("userName")? };
    caller.order("DeleteCredential", &request).await
}

pub(crate) async fn grant_role(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    operate(caller, &body, operation::ADD).await
}

pub(crate) async fn revoke_role(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    operate(caller, &body, operation::REMOVE).await
}

async fn operate(
    caller: &mut Caller<'_>,
    body: &Body<'_>,
    operation: i32,
) -> Result<Reply, Problem> {
    let (username, role_name) = (body.name("userName")?, body.name("roleName")?);
    let request = OperateUserRoleRequest { username, role_name, operation };
    caller.order("OperateUserRole", &request).await
}
