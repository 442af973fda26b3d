//! Making, changing, loading and looking at collections.

use super::common::Status;
use super::schema::{CollectionSchema, KeyValuePair};

/// `ShowCollections`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ShowCollectionsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
}

/// The answer to `ShowCollections`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ShowCollectionsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The collections.
    #[prost(string, repeated, tag = "2")]
    pub collection_names: Vec<String>,
}

/// `HasCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HasCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// Yes or no.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BoolResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The value.
    #[prost(bool, tag = "2")]
    pub value: bool,
}

/// `DescribeCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `DescribeCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeCollectionResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The schema.
    #[prost(message, optional, tag = "2")]
    pub schema: Option<CollectionSchema>,
    /// The collection's number.
    #[prost(int64, tag = "3")]
    pub collection_id: i64,
    /// The number of shards.
    #[prost(int32, tag = "8")]
    pub shards_num: i32,
    /// The aliases.
    #[prost(string, repeated, tag = "9")]
    pub aliases: Vec<String>,
    /// See [`consistency`](super::schema::consistency).
    #[prost(int32, tag = "11")]
    pub consistency_level: i32,
    /// The collection, or an alias of it.
    #[prost(string, tag = "12")]
    pub collection_name: String,
    /// Properties, by name.
    #[prost(message, repeated, tag = "13")]
    pub properties: Vec<KeyValuePair>,
    /// The number of partitions; 0 means the usual one.
    #[prost(int64, tag = "15")]
    pub num_partitions: i64,
    /// When the schema was changed last, as the engine counts time; 0 if it does not say.
    #[prost(uint64, tag = "18")]
    pub update_timestamp: u64,
}

/// `CreateCollection`. The schema is an encoded [`CollectionSchema`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The schema.
    #[prost(bytes = "vec", tag = "4")]
    pub schema: Vec<u8>,
    /// The number of shards.
    #[prost(int32, tag = "5")]
    pub shards_num: i32,
    /// See [`consistency`](super::schema::consistency).
    #[prost(int32, tag = "6")]
    pub consistency_level: i32,
    /// Properties, by name.
    #[prost(message, repeated, tag = "7")]
    pub properties: Vec<KeyValuePair>,
    /// The number of partitions; 0 means the usual one.
    #[prost(int64, tag = "8")]
    pub num_partitions: i64,
}

/// `DropCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// `TruncateCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TruncateCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `TruncateCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TruncateCollectionResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
}

/// `RenameCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RenameCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The name it has.
    #[prost(string, tag = "3")]
    pub old_name: String,
    /// The name it gets.
    #[prost(string, tag = "4")]
    pub new_name: String,
    /// The database it goes to; empty means it stays.
    #[prost(string, tag = "5")]
    pub new_db_name: String,
}

/// `LoadCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LoadCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The number of replicas; 0 means as before.
    #[prost(int32, tag = "4")]
    pub replica_number: i32,
    /// Whether data that came since is to be loaded as well.
    #[prost(bool, tag = "6")]
    pub refresh: bool,
}

/// `ReleaseCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReleaseCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// `GetLoadState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetLoadStateRequest {
    /// The collection, or an alias of it.
    #[prost(string, tag = "2")]
    pub collection_name: String,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "3")]
    pub partition_names: Vec<String>,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "4")]
    pub db_name: String,
}

/// The answer to `GetLoadState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetLoadStateResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// In which state it is.
    #[prost(int32, tag = "2")]
    pub state: i32,
}

/// `GetLoadingProgress`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetLoadingProgressRequest {
    /// The collection, or an alias of it.
    #[prost(string, tag = "2")]
    pub collection_name: String,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "3")]
    pub partition_names: Vec<String>,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "4")]
    pub db_name: String,
}

/// The answer to `GetLoadingProgress`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetLoadingProgressResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// How far it is, in percent.
    #[prost(int64, tag = "2")]
    pub progress: i64,
}

/// `GetCollectionStatistics`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetCollectionStatisticsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `GetCollectionStatistics`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetCollectionStatisticsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// Numbers, by name.
    #[prost(message, repeated, tag = "2")]
    pub stats: Vec<KeyValuePair>,
}
