//! Files that are registered for the whole cluster, such as dictionaries of analyzers.

use super::common::Status;

/// `AddFileResource`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AddFileResourceRequest {
    /// Its name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Where it is in the engine's storage.
    #[prost(string, tag = "3")]
    pub path: String,
}

/// `RemoveFileResource`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RemoveFileResourceRequest {
    /// Its name.
    #[prost(string, tag = "2")]
    pub name: String,
}

/// `ListFileResources`.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ListFileResourcesRequest {}

/// The answer to [`ListFileResourcesRequest`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListFileResourcesResponse {
    /// How it went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The files.
    #[prost(message, repeated, tag = "2")]
    pub resources: Vec<FileResourceInfo>,
}

/// A file.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FileResourceInfo {
    /// Its number.
    #[prost(int64, tag = "1")]
    pub id: i64,
    /// Its name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Where it is in the engine's storage.
    #[prost(string, tag = "3")]
    pub path: String,
}
