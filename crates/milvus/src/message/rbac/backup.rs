//! All users, roles, grants and groups in one message.

use std::fmt;

use zeroize::Zeroize as _;

use super::grant::GrantEntity;
use super::group::PrivilegeGroupInfo;
use super::role::RoleEntity;
use crate::message::common::Status;

/// A user with the hash of its password.
#[derive(Clone, prost::Message)]
#[prost(skip_debug)]
pub struct UserInfo {
    /// The name.
    #[prost(string, tag = "1")]
    pub user: String,
    /// The hash of the password.
    #[prost(string, tag = "2")]
    pub password: String,
    /// Its roles.
    #[prost(message, repeated, tag = "3")]
    pub roles: Vec<RoleEntity>,
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserInfo")
    }
}

impl Drop for UserInfo {
    fn drop(&mut self) {
        self.password.zeroize();
    }
}

/// Everything about who may do what.
#[derive(Clone, prost::Message)]
pub struct RbacMeta {
    /// The users.
    #[prost(message, repeated, tag = "1")]
    pub users: Vec<UserInfo>,
    /// The roles.
    #[prost(message, repeated, tag = "2")]
    pub roles: Vec<RoleEntity>,
    /// What the roles are granted.
    #[prost(message, repeated, tag = "3")]
    pub grants: Vec<GrantEntity>,
    /// The groups.
    #[prost(message, repeated, tag = "4")]
    pub privilege_groups: Vec<PrivilegeGroupInfo>,
}

/// A backup.
#[derive(Clone, prost::Message)]
pub struct BackupRbacResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// What was read.
    #[prost(message, optional, tag = "2")]
    pub rbac_meta: Option<RbacMeta>,
}

/// Make everything that a backup holds.
#[derive(Clone, prost::Message)]
pub struct RestoreRbacRequest {
    /// What to make.
    #[prost(message, optional, tag = "2")]
    pub rbac_meta: Option<RbacMeta>,
}
