//! Roles, and which users have them.

use crate::message::common::Status;

/// A role by its name.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct RoleEntity {
    /// The name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What the role is for.
    #[prost(string, tag = "2")]
    pub description: String,
}

/// A user by its name.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct UserEntity {
    /// The name.
    #[prost(string, tag = "1")]
    pub name: String,
}

/// Make a role.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CreateRoleRequest {
    /// The role to be.
    #[prost(message, optional, tag = "2")]
    pub entity: Option<RoleEntity>,
}

/// Change the text about a role.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AlterRoleRequest {
    /// Which role.
    #[prost(string, tag = "2")]
    pub role_name: String,
    /// The text from now on.
    #[prost(string, tag = "3")]
    pub description: String,
}

/// Drop a role.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DropRoleRequest {
    /// Which role.
    #[prost(string, tag = "2")]
    pub role_name: String,
    /// Drop it although something is granted to it.
    #[prost(bool, tag = "3")]
    pub force_drop: bool,
}

/// Give a role to a user or take it away.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperateUserRoleRequest {
    /// Whom.
    #[prost(string, tag = "2")]
    pub username: String,
    /// Which role.
    #[prost(string, tag = "3")]
    pub role_name: String,
    /// One of [`super::operation`].
    #[prost(int32, tag = "4")]
    pub operation: i32,
}

/// Look up one role, or all.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SelectRoleRequest {
    /// The one; absent for all.
    #[prost(message, optional, tag = "2")]
    pub role: Option<RoleEntity>,
    /// Whether the answer says who has it.
    #[prost(bool, tag = "3")]
    pub include_user_info: bool,
}

/// A role, and who has it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RoleResult {
    /// The role.
    #[prost(message, optional, tag = "1")]
    pub role: Option<RoleEntity>,
    /// Who has it, if that was asked.
    #[prost(message, repeated, tag = "2")]
    pub users: Vec<UserEntity>,
}

/// Roles that were found.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SelectRoleResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The roles.
    #[prost(message, repeated, tag = "2")]
    pub results: Vec<RoleResult>,
}

/// Look up one user, or all.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SelectUserRequest {
    /// The one; absent for all.
    #[prost(message, optional, tag = "2")]
    pub user: Option<UserEntity>,
    /// Whether the answer says which roles the user has.
    #[prost(bool, tag = "3")]
    pub include_role_info: bool,
}

/// A user, and the roles it has.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct UserResult {
    /// The user.
    #[prost(message, optional, tag = "1")]
    pub user: Option<UserEntity>,
    /// Its roles, if that was asked.
    #[prost(message, repeated, tag = "2")]
    pub roles: Vec<RoleEntity>,
    /// What the user is for.
    #[prost(string, tag = "3")]
    pub description: String,
}

/// Users that were found.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SelectUserResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The users.
    #[prost(message, repeated, tag = "2")]
    pub results: Vec<UserResult>,
}
