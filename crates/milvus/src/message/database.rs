//! Databases, and names that stand for collections.

use super::common::Status;
use super::schema::KeyValuePair;

/// `CreateDatabase`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateDatabaseRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// Properties, by name.
    #[prost(message, repeated, tag = "3")]
    pub properties: Vec<KeyValuePair>,
}

/// `DropDatabase`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropDatabaseRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
}

/// `AlterDatabase`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterDatabaseRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// Properties, by name.
    #[prost(message, repeated, tag = "4")]
    pub properties: Vec<KeyValuePair>,
    /// Names of properties to remove.
    #[prost(string, repeated, tag = "5")]
    pub delete_keys: Vec<String>,
}

/// `ListDatabases`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListDatabasesRequest {}

/// The answer to `ListDatabases`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListDatabasesResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The databases.
    #[prost(string, repeated, tag = "2")]
    pub db_names: Vec<String>,
}

/// `DescribeDatabase`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeDatabaseRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
}

/// The answer to `DescribeDatabase`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeDatabaseResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// Its number.
    #[prost(int64, tag = "3")]
    pub db_id: i64,
    /// Properties, by name.
    #[prost(message, repeated, tag = "5")]
    pub properties: Vec<KeyValuePair>,
}

/// `ListAliases`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListAliasesRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `ListAliases`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListAliasesResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The aliases.
    #[prost(string, repeated, tag = "4")]
    pub aliases: Vec<String>,
}

/// `DescribeAlias`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeAliasRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The alias.
    #[prost(string, tag = "3")]
    pub alias: String,
}

/// The answer to `DescribeAlias`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DescribeAliasResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The alias.
    #[prost(string, tag = "3")]
    pub alias: String,
    /// The collection.
    #[prost(string, tag = "4")]
    pub collection: String,
}

/// `CreateAlias`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CreateAliasRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The alias.
    #[prost(string, tag = "4")]
    pub alias: String,
}

/// `DropAlias`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropAliasRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The alias.
    #[prost(string, tag = "3")]
    pub alias: String,
}

/// `AlterAlias`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterAliasRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The alias.
    #[prost(string, tag = "4")]
    pub alias: String,
}
