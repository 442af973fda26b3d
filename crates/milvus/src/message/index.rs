//! Indexes.

use super::common::Status;
use super::schema::KeyValuePair;

/// In which state an index is.
pub mod state {
    /// Each with its number.
    pub const NAMES: &[(&str, i32)] = &[
        ("IndexStateNone", 0),
        ("Unissued", 1),
        ("InProgress", 2),
        ("Finished", 3),
        ("Failed", 4),
        ("Retry", 5),
    ];
    /// `IndexStateNone`.
    pub const INDEX_STATE_NONE: i32 = 0;
    /// `Unissued`.
    pub const UNISSUED: i32 = 1;
    /// `InProgress`.
    pub const IN_PROGRESS: i32 = 2;
    /// `Finished`.
    pub const FINISHED: i32 = 3;
    /// `Failed`.
    pub const FAILED: i32 = 4;
    /// `Retry`.
    pub const RETRY: i32 = 5;
}

/// `CreateIndex`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateIndexRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The field.
    #[prost(string, tag = "4")]
    pub field_name: String,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "5")]
    pub extra_params: Vec<KeyValuePair>,
    /// The index.
    #[prost(string, tag = "6")]
    pub index_name: String,
}

/// `DescribeIndex`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeIndexRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The field.
    #[prost(string, tag = "4")]
    pub field_name: String,
    /// The index.
    #[prost(string, tag = "5")]
    pub index_name: String,
    /// As of when, in the time of Milvus; 0 means by now.
    #[prost(uint64, tag = "6")]
    pub timestamp: u64,
}

/// The answer to `DescribeIndex`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeIndexResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The indexes.
    #[prost(message, repeated, tag = "2")]
    pub index_descriptions: Vec<IndexDescription>,
}

/// An index.
#[derive(Clone, PartialEq, prost::Message)]
pub struct IndexDescription {
    /// The index.
    #[prost(string, tag = "1")]
    pub index_name: String,
    /// Its number.
    #[prost(int64, tag = "2")]
    pub index_id: i64,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "3")]
    pub params: Vec<KeyValuePair>,
    /// The field.
    #[prost(string, tag = "4")]
    pub field_name: String,
    /// How many rows are indexed.
    #[prost(int64, tag = "5")]
    pub indexed_rows: i64,
    /// How many rows there are.
    #[prost(int64, tag = "6")]
    pub total_rows: i64,
    /// In which state it is.
    #[prost(int32, tag = "7")]
    pub state: i32,
    /// Why indexing failed.
    #[prost(string, tag = "8")]
    pub index_state_fail_reason: String,
    /// How many rows wait to be indexed.
    #[prost(int64, tag = "9")]
    pub pending_index_rows: i64,
}

/// `DropIndex`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropIndexRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The field.
    #[prost(string, tag = "4")]
    pub field_name: String,
    /// The index.
    #[prost(string, tag = "5")]
    pub index_name: String,
}

/// `AlterIndex`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterIndexRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The index.
    #[prost(string, tag = "4")]
    pub index_name: String,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "5")]
    pub extra_params: Vec<KeyValuePair>,
    /// Names of properties to remove.
    #[prost(string, repeated, tag = "6")]
    pub delete_keys: Vec<String>,
}
