//! Reading and writing rows.

use std::collections::BTreeMap;

use super::aggregation::{AggBucket, SearchAggregationSpec};
use super::chain::FunctionChain;
use super::common::Status;
use super::data::{FieldData, Ids, LongArray, TemplateValue};
use super::highlight::{HighlightResult, Highlighter};
use super::schema::{FunctionSchema, KeyValuePair};

/// `Insert`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct InsertRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
    /// The columns.
    #[prost(message, repeated, tag = "5")]
    pub fields_data: Vec<FieldData>,
    /// How many rows the columns have.
    #[prost(uint32, tag = "7")]
    pub num_rows: u32,
    /// The schema that the columns were made for: what `DescribeCollection` said of when it was
    /// changed last. An engine that knows it refuses columns for another one; 0 asks for no check.
    #[prost(uint64, tag = "8")]
    pub schema_timestamp: u64,
}

/// `Upsert`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct UpsertRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
    /// The columns.
    #[prost(message, repeated, tag = "5")]
    pub fields_data: Vec<FieldData>,
    /// How many rows the columns have.
    #[prost(uint32, tag = "7")]
    pub num_rows: u32,
    /// The schema that the columns were made for: what `DescribeCollection` said of when it was
    /// changed last. An engine that knows it refuses columns for another one; 0 asks for no check.
    #[prost(uint64, tag = "8")]
    pub schema_timestamp: u64,
    /// Whether fields that are not given stay as they are.
    #[prost(bool, tag = "9")]
    pub partial_update: bool,
    /// What is done to fields instead of replacing their values.
    #[prost(message, repeated, tag = "11")]
    pub field_ops: Vec<FieldPartialUpdateOp>,
}

/// What is done to a field of rows that are there.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FieldPartialUpdateOp {
    /// The field.
    #[prost(string, tag = "1")]
    pub field_name: String,
    /// Replace its value (0), add to its array (1), remove from its array (2).
    #[prost(int32, tag = "2")]
    pub op: i32,
}

/// `Delete`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DeleteRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "4")]
    pub partition_name: String,
    /// The filter.
    #[prost(string, tag = "5")]
    pub expr: String,
    /// See [`consistency`](super::schema::consistency).
    #[prost(int32, tag = "7")]
    pub consistency_level: i32,
    /// Values for the placeholders of the filter, by name.
    #[prost(btree_map = "string, message", tag = "8")]
    pub expr_template_values: BTreeMap<String, TemplateValue>,
}

/// The answer to `Insert`, `Upsert` and `Delete`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MutationResult {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The primary keys.
    #[prost(message, optional, tag = "2")]
    pub ids: Option<Ids>,
    /// How many rows were inserted.
    #[prost(int64, tag = "6")]
    pub insert_cnt: i64,
    /// How many rows were deleted.
    #[prost(int64, tag = "7")]
    pub delete_cnt: i64,
    /// How many rows were inserted or replaced.
    #[prost(int64, tag = "8")]
    pub upsert_cnt: i64,
}

/// `Query`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct QueryRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The filter.
    #[prost(string, tag = "4")]
    pub expr: String,
    /// The fields to answer with.
    #[prost(string, repeated, tag = "5")]
    pub output_fields: Vec<String>,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "6")]
    pub partition_names: Vec<String>,
    /// Limit, offset and the like, by name.
    #[prost(message, repeated, tag = "9")]
    pub query_params: Vec<KeyValuePair>,
    /// See [`consistency`](super::schema::consistency).
    #[prost(int32, tag = "11")]
    pub consistency_level: i32,
    /// Whether the collection's own level is meant.
    #[prost(bool, tag = "12")]
    pub use_default_consistency: bool,
    /// Values for the placeholders of the filter, by name.
    #[prost(btree_map = "string, message", tag = "13")]
    pub expr_template_values: BTreeMap<String, TemplateValue>,
}

/// The answer to `Query`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct QueryResults {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The columns.
    #[prost(message, repeated, tag = "2")]
    pub fields_data: Vec<FieldData>,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The fields to answer with.
    #[prost(string, repeated, tag = "4")]
    pub output_fields: Vec<String>,
    /// The primary field.
    #[prost(string, tag = "6")]
    pub primary_field_name: String,
}

/// `Search`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SearchRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "4")]
    pub partition_names: Vec<String>,
    /// The filter.
    #[prost(string, tag = "5")]
    pub dsl: String,
    /// What to look for.
    #[prost(oneof = "SearchInput", tags = "6, 22")]
    pub search_input: Option<SearchInput>,
    /// Of which kind the filter is: 1 for expressions.
    #[prost(int32, tag = "7")]
    pub dsl_type: i32,
    /// The fields to answer with.
    #[prost(string, repeated, tag = "8")]
    pub output_fields: Vec<String>,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "9")]
    pub search_params: Vec<KeyValuePair>,
    /// How many vectors are looked for.
    #[prost(int64, tag = "12")]
    pub nq: i64,
    /// See [`consistency`](super::schema::consistency).
    #[prost(int32, tag = "14")]
    pub consistency_level: i32,
    /// Whether the collection's own level is meant.
    #[prost(bool, tag = "15")]
    pub use_default_consistency: bool,
    /// Values for the placeholders of the filter, by name.
    #[prost(btree_map = "string, message", tag = "18")]
    pub expr_template_values: BTreeMap<String, TemplateValue>,
    /// Functions that score what was found.
    #[prost(message, optional, tag = "19")]
    pub function_score: Option<FunctionScore>,
    /// What is marked in what is found.
    #[prost(message, optional, tag = "21")]
    pub highlighter: Option<Highlighter>,
    /// How to put what is found into buckets.
    #[prost(message, optional, tag = "23")]
    pub search_aggregation: Option<SearchAggregationSpec>,
    /// Functions that are run over what is found.
    #[prost(message, repeated, tag = "24")]
    pub function_chains: Vec<FunctionChain>,
}

/// What [`SearchRequest`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum SearchInput {
    /// A value of this kind.
    #[prost(bytes = "vec", tag = "6")]
    PlaceholderGroup(Vec<u8>),
    /// Values of this kind.
    #[prost(message, tag = "22")]
    Ids(Ids),
}

/// Functions that score what was found.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionScore {
    /// The functions.
    #[prost(message, repeated, tag = "1")]
    pub functions: Vec<FunctionSchema>,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "2")]
    pub params: Vec<KeyValuePair>,
}

/// `HybridSearch`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HybridSearchRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The partitions; none means all.
    #[prost(string, repeated, tag = "4")]
    pub partition_names: Vec<String>,
    /// The searches.
    #[prost(message, repeated, tag = "5")]
    pub requests: Vec<SearchRequest>,
    /// How to make one ranking of all.
    #[prost(message, repeated, tag = "6")]
    pub rank_params: Vec<KeyValuePair>,
    /// The fields to answer with.
    #[prost(string, repeated, tag = "10")]
    pub output_fields: Vec<String>,
    /// See [`consistency`](super::schema::consistency).
    #[prost(int32, tag = "11")]
    pub consistency_level: i32,
    /// Whether the collection's own level is meant.
    #[prost(bool, tag = "12")]
    pub use_default_consistency: bool,
    /// Functions that score what was found.
    #[prost(message, optional, tag = "13")]
    pub function_score: Option<FunctionScore>,
    /// Functions that are run over what is found.
    #[prost(message, repeated, tag = "15")]
    pub function_chains: Vec<FunctionChain>,
}

/// The answer to `Search` and `HybridSearch`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SearchResults {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// What was found.
    #[prost(message, optional, tag = "2")]
    pub results: Option<SearchResultData>,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// What a search found.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SearchResultData {
    /// How many vectors were looked for.
    #[prost(int64, tag = "1")]
    pub num_queries: i64,
    /// The most that was found for one vector.
    #[prost(int64, tag = "2")]
    pub top_k: i64,
    /// The columns.
    #[prost(message, repeated, tag = "3")]
    pub fields_data: Vec<FieldData>,
    /// The scores.
    #[prost(float, repeated, tag = "4")]
    pub scores: Vec<f32>,
    /// The primary keys.
    #[prost(message, optional, tag = "5")]
    pub ids: Option<Ids>,
    /// How many were found for each vector.
    #[prost(int64, repeated, tag = "6")]
    pub topks: Vec<i64>,
    /// The fields to answer with.
    #[prost(string, repeated, tag = "7")]
    pub output_fields: Vec<String>,
    /// The value that each hit was grouped by.
    #[prost(message, optional, tag = "8")]
    pub group_by_field_value: Option<FieldData>,
    /// How much of what is there was found for each vector, if that was to be found out.
    #[prost(float, repeated, tag = "12")]
    pub recalls: Vec<f32>,
    /// The primary field.
    #[prost(string, tag = "13")]
    pub primary_field_name: String,
    /// What was marked in the fields.
    #[prost(message, repeated, tag = "14")]
    pub highlight_results: Vec<HighlightResult>,
    /// Places of the elements found.
    #[prost(message, optional, tag = "15")]
    pub element_indices: Option<LongArray>,
    /// Buckets, those of each vector after those of the one before.
    #[prost(message, repeated, tag = "18")]
    pub agg_buckets: Vec<AggBucket>,
    /// How many buckets each vector has.
    #[prost(int64, repeated, tag = "19")]
    pub agg_topks: Vec<i64>,
}
