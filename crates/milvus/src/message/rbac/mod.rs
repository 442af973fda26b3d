//! The messages about users, roles and privileges: the RPCs that Keyward answers itself.
//!
//! Field names and numbers are those of Milvus' `milvus.proto`. The `base` of the requests (field
//! 1, who sent it and when) is read by nobody and declared nowhere. Passwords come base64-coded;
//! the messages that hold one print nothing of it and erase it when they go.

mod backup;
mod credential;
mod grant;
mod group;
mod role;
#[cfg(test)]
mod tests;

pub use backup::{BackupRbacResponse, RbacMeta, RestoreRbacRequest, UserInfo};
pub use credential::{
    CreateCredentialRequest, DeleteCredentialRequest, ListCredUsersResponse,
    UpdateCredentialRequest,
};
pub use grant::{
    GrantEntity, GrantorEntity, ObjectEntity, OperatePrivilegeRequest, OperatePrivilegeV2Request,
    PrivilegeEntity, SelectGrantRequest, SelectGrantResponse,
};
pub use group::{
    CreatePrivilegeGroupRequest, DropPrivilegeGroupRequest, ListPrivilegeGroupsResponse,
    OperatePrivilegeGroupRequest, PrivilegeGroupInfo,
};
pub use role::{
    AlterRoleRequest, CreateRoleRequest, DropRoleRequest, OperateUserRoleRequest, RoleEntity,
    RoleResult, SelectRoleRequest, SelectRoleResponse, SelectUserRequest, SelectUserResponse,
    UserEntity, UserResult,
};

/// The `type` of requests that give or take: roles of users, privileges, members of groups.
pub mod operation {
    /// Give.
    pub const ADD: i32 = 0;
    /// Take away.
    pub const REMOVE: i32 = 1;
}
