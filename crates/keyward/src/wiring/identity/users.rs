//! Users and their passwords.

use super::clerk::{Answer, Clerk, done};
use super::failure::{Failure, instead};
use super::{names, roles};
use control::command::cluster_users::{self, ChangeClusterPassword, CreateClusterUser};
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::message::rbac::{
    CreateCredentialRequest, DeleteCredentialRequest, ListCredUsersResponse, SelectUserRequest,
    SelectUserResponse, UpdateCredentialRequest, UserEntity, UserResult,
};
use model::ErrorKind;

/// Makes a user.
pub(super) fn create(clerk: &Clerk<'_>) -> Answer {
    let request: CreateCredentialRequest = clerk.request()?;
    let name = names::user(&request.username)?;
    let password = names::new_password(&request.password, "decode password fail")?;
    undescribed(request.description.as_deref())?;
    let (cluster, said) = (clerk.cluster(), name.clone());
    clerk.change_hashing(
        move |desk, caller| {
            let password = Some(password);
            let request = CreateClusterUser { cluster, name, password, roles: Vec::new() };
            cluster_users::create(desk, caller, request)
        },
        |error| {
            let failure = match error.kind() {
                ErrorKind::Conflict => {
                    Failure::unexpected(format_args!("user already exists: {said}"))
                }
                ErrorKind::LimitReached => Failure::unexpected(
                    "unable to add user because the number of users has reached the limit",
                ),
                _ => error.into(),
            };
            failure.with_legacy(instead::CREATE_CREDENTIAL)
        },
    )?;
    Ok(done())
}

/// Gives a user another password. Whoever knows the old one may, as in Milvus.
pub(super) fn update(clerk: &Clerk<'_>) -> Answer {
    let request: UpdateCredentialRequest = clerk.request()?;
    let name = names::user(&request.username)?;
    undescribed(request.description.as_deref())?;
    let old = names::password(&request.old_password, "decode old password failed")?;
    let new = names::new_password(&request.new_password, "decode password failed")?;
    let (cluster, said) = (clerk.cluster(), name.clone());
    clerk.change_hashing(
        move |desk, caller| {
            let (old, new) = (Some(old), Some(new));
            let request = ChangeClusterPassword { cluster, name, old, new };
            cluster_users::change_password(desk, caller, request)
        },
        |error| match error.kind() {
            // Who is not there has no password either, and nobody learns which it was.
            ErrorKind::NotFound | ErrorKind::Invalid => {
                Failure::not_authenticated(format_args!("old password not correct for {said}"))
            }
            _ => Failure::from(error).with_legacy(instead::UPDATE_CREDENTIAL),
        },
    )?;
    Ok(done())
}

/// Drops a user. One that is not there is dropped already.
pub(super) fn delete(clerk: &Clerk<'_>) -> Answer {
    let request: DeleteCredentialRequest = clerk.request()?;
    let name = names::user(&request.username)?;
    if name.is_db_admin() {
        let sentence = format_args!("{name} user cannot be deleted");
        return Err(Failure::not_permitted(sentence).into());
    }
    let cluster = clerk.cluster();
    clerk.change_if_there(
        move |desk, caller| cluster_users::delete(desk, caller, cluster, &name),
        |error| Failure::from(error).with_legacy(instead::DELETE_CREDENTIAL),
    )?;
    Ok(done())
}

/// The names of all users.
pub(super) fn list(clerk: &Clerk<'_>) -> Answer {
    let cluster = clerk.cluster();
    let users =
        clerk.see(move |desk, caller| cluster_users::list(desk, caller, cluster), Failure::from)?;
    let answer = ListCredUsersResponse {
        status: Some(Status::success()),
        usernames: users.iter().map(|user| user.name.to_string()).collect(),
    };
    Ok(answer.encode_to_vec())
}

/// One user or all, with their roles if that is asked. One that is not there is no failure.
pub(super) fn select(clerk: &Clerk<'_>) -> Answer {
    let request: SelectUserRequest = clerk.request()?;
    let cluster = clerk.cluster();
    let users = match &request.user {
        Some(user) => {
            let name = names::user(&user.name)?;
            let found = clerk
                .look_for(move |desk, caller| cluster_users::show(desk, caller, cluster, &name))?;
            found.into_iter().collect()
        }
        None => clerk
            .see(move |desk, caller| cluster_users::list(desk, caller, cluster), Failure::from)?,
    };
    let results = users.iter().map(|user| UserResult {
        user: Some(UserEntity { name: user.name.to_string() }),
        roles: if request.include_role_info {
            user.roles.iter().map(roles::entity).collect()
        } else {
            Vec::new()
        },
        description: String::new(),
    });
    let answer = SelectUserResponse { status: Some(Status::success()), results: results.collect() };
    Ok(answer.encode_to_vec())
}

/// A text about a user would be lost: better to say so.
fn undescribed(description: Option<&str>) -> Result<(), Failure> {
    match description {
        None | Some("") => Ok(()),
        Some(_) => Err(Failure::invalid("users have no description here: leave it out")),
    }
}
