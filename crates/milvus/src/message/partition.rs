//! Partitions.

use super::common::Status;
use super::schema::KeyValuePair;

/// `ShowPartitions`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ShowPartitionsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `ShowPartitions`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ShowPartitionsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "2")]
    pub partition_names: Vec<String>,
}

/// `HasPartition`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HasPartitionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
}

/// `CreatePartition`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreatePartitionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
}

/// `DropPartition`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropPartitionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
}

/// `LoadPartitions`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LoadPartitionsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "4")]
    pub partition_names: Vec<String>,
}

/// `ReleasePartitions`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ReleasePartitionsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "4")]
    pub partition_names: Vec<String>,
}

/// `GetPartitionStatistics`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetPartitionStatisticsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
}

/// The answer to `GetPartitionStatistics`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetPartitionStatisticsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// Numbers, by name.
    #[prost(message, repeated, tag = "2")]
    pub stats: Vec<KeyValuePair>,
}
