//! Privilege groups.

use super::grant::PrivilegeEntity;
use crate::message::common::Status;

/// Make an empty group.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CreatePrivilegeGroupRequest {
    /// Its name.
    #[prost(string, tag = "2")]
    pub group_name: String,
}

/// Drop a group.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DropPrivilegeGroupRequest {
    /// Its name.
    #[prost(string, tag = "2")]
    pub group_name: String,
}

/// A group and what it holds.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PrivilegeGroupInfo {
    /// Its name.
    #[prost(string, tag = "1")]
    pub group_name: String,
    /// What it holds.
    #[prost(message, repeated, tag = "2")]
    pub privileges: Vec<PrivilegeEntity>,
}

/// All groups.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ListPrivilegeGroupsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The groups.
    #[prost(message, repeated, tag = "2")]
    pub privilege_groups: Vec<PrivilegeGroupInfo>,
}

/// Put privileges into a group or take them out.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperatePrivilegeGroupRequest {
    /// The group.
    #[prost(string, tag = "2")]
    pub group_name: String,
    /// The privileges, or groups whose privileges are meant.
    #[prost(message, repeated, tag = "3")]
    pub privileges: Vec<PrivilegeEntity>,
    /// One of [`super::operation`].
    #[prost(int32, tag = "4")]
    pub operation: i32,
}
