//! What roles are granted.

use super::role::{RoleEntity, UserEntity};
use crate::message::common::Status;

/// The kind of thing a privilege is about, by its name: `Collection`, `Global` or `User`.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct ObjectEntity {
    /// The name of the kind.
    #[prost(string, tag = "1")]
    pub name: String,
}

/// A privilege or privilege group by its name.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct PrivilegeEntity {
    /// The name.
    #[prost(string, tag = "1")]
    pub name: String,
}

/// A privilege, and who granted it.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GrantorEntity {
    /// Who granted it; said in answers, never believed in requests.
    #[prost(message, optional, tag = "1")]
    pub user: Option<UserEntity>,
    /// The privilege.
    #[prost(message, optional, tag = "2")]
    pub privilege: Option<PrivilegeEntity>,
}

/// One grant.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct GrantEntity {
    /// To which role.
    #[prost(message, optional, tag = "1")]
    pub role: Option<RoleEntity>,
    /// On which kind of thing.
    #[prost(message, optional, tag = "2")]
    pub object: Option<ObjectEntity>,
    /// On which thing; `*` for all of its kind.
    #[prost(string, tag = "3")]
    pub object_name: String,
    /// What, and by whom.
    #[prost(message, optional, tag = "4")]
    pub grantor: Option<GrantorEntity>,
    /// In which database; empty for `default`, `*` for all.
    #[prost(string, tag = "5")]
    pub db_name: String,
}

/// Grant a privilege or revoke it, naming the kind of thing (the older of two calls).
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperatePrivilegeRequest {
    /// The grant.
    #[prost(message, optional, tag = "2")]
    pub entity: Option<GrantEntity>,
    /// One of [`super::operation`].
    #[prost(int32, tag = "3")]
    pub operation: i32,
    /// `v2` means what [`OperatePrivilegeV2Request`] means.
    #[prost(string, tag = "4")]
    pub version: String,
}

/// Grant a privilege or privilege group, or revoke it, naming database and collection.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OperatePrivilegeV2Request {
    /// To which role.
    #[prost(message, optional, tag = "2")]
    pub role: Option<RoleEntity>,
    /// What.
    #[prost(message, optional, tag = "3")]
    pub grantor: Option<GrantorEntity>,
    /// One of [`super::operation`].
    #[prost(int32, tag = "4")]
    pub operation: i32,
    /// In which database; empty for `default`, `*` for all.
    #[prost(string, tag = "5")]
    pub db_name: String,
    /// On which collection; `*` for all.
    #[prost(string, tag = "6")]
    pub collection_name: String,
}

/// Look up what a role is granted.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SelectGrantRequest {
    /// The role, and optionally the thing; empty fields are asked for in every way.
    #[prost(message, optional, tag = "2")]
    pub entity: Option<GrantEntity>,
}

/// Grants that were found.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct SelectGrantResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The grants.
    #[prost(message, repeated, tag = "2")]
    pub entities: Vec<GrantEntity>,
}
