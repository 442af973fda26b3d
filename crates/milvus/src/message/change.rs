//! Changing collections, and having them put in order.

use super::common::Status;
use super::data::LongArray;
use super::schema::{FieldSchema, FunctionSchema, KeyValuePair, StructArrayFieldSchema};
use std::collections::BTreeMap;

/// `AlterCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// Properties, by name.
    #[prost(message, repeated, tag = "5")]
    pub properties: Vec<KeyValuePair>,
    /// Names of properties to remove.
    #[prost(string, repeated, tag = "6")]
    pub delete_keys: Vec<String>,
}

/// `AlterCollectionField`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterCollectionFieldRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The field.
    #[prost(string, tag = "4")]
    pub field_name: String,
    /// Properties, by name.
    #[prost(message, repeated, tag = "5")]
    pub properties: Vec<KeyValuePair>,
    /// Names of properties to remove.
    #[prost(string, repeated, tag = "6")]
    pub delete_keys: Vec<String>,
}

/// `AddCollectionField`. The schema is an encoded [`super::schema::FieldSchema`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct AddCollectionFieldRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The schema.
    #[prost(bytes = "vec", tag = "5")]
    pub schema: Vec<u8>,
}

/// `AlterCollectionSchema`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterCollectionSchemaRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// What is done.
    #[prost(message, optional, tag = "5")]
    pub action: Option<SchemaAction>,
}

/// What is done to a schema.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SchemaAction {
    /// Which of the two.
    #[prost(oneof = "SchemaOp", tags = "1, 2")]
    pub op: Option<SchemaOp>,
}

/// What [`SchemaAction`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum SchemaOp {
    /// Something is added.
    #[prost(message, tag = "1")]
    Add(SchemaAddition),
    /// Something is dropped.
    #[prost(message, tag = "2")]
    Drop(SchemaDrop),
}

/// Fields and functions that are added together.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SchemaAddition {
    /// The fields.
    #[prost(message, repeated, tag = "1")]
    pub field_infos: Vec<AddedField>,
    /// The functions.
    #[prost(message, repeated, tag = "2")]
    pub func_schema: Vec<FunctionSchema>,
}

/// A field that is added with its index.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AddedField {
    /// The field.
    #[prost(message, optional, tag = "1")]
    pub field_schema: Option<FieldSchema>,
    /// The index.
    #[prost(string, tag = "2")]
    pub index_name: String,
    /// Parameters of the index, by name.
    #[prost(message, repeated, tag = "3")]
    pub extra_params: Vec<KeyValuePair>,
}

/// What is dropped.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SchemaDrop {
    /// Which field or function.
    #[prost(oneof = "Dropped", tags = "1, 2, 3")]
    pub identifier: Option<Dropped>,
    /// Whether the fields that the function fills go with it.
    #[prost(bool, tag = "4")]
    pub drop_function_output_fields: bool,
}

/// What [`SchemaDrop`] names.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Dropped {
    /// A field by its name.
    #[prost(string, tag = "1")]
    FieldName(String),
    /// A field by its number.
    #[prost(int64, tag = "2")]
    FieldId(i64),
    /// A function.
    #[prost(string, tag = "3")]
    FunctionName(String),
}

/// The answer to [`AlterCollectionSchemaRequest`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterCollectionSchemaResponse {
    /// How it went.
    #[prost(message, optional, tag = "1")]
    pub alter_status: Option<Status>,
}

/// `AddCollectionStructField`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AddCollectionStructFieldRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The field.
    #[prost(message, optional, tag = "5")]
    pub struct_array_field_schema: Option<StructArrayFieldSchema>,
}

/// `AddCollectionFunction`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AddCollectionFunctionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The function.
    #[prost(message, optional, tag = "5")]
    pub function_schema: Option<FunctionSchema>,
}

/// `AlterCollectionFunction`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AlterCollectionFunctionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The function.
    #[prost(string, tag = "5")]
    pub function_name: String,
    /// The function.
    #[prost(message, optional, tag = "6")]
    pub function_schema: Option<FunctionSchema>,
}

/// `DropCollectionFunction`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DropCollectionFunctionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// The function.
    #[prost(string, tag = "5")]
    pub function_name: String,
}

/// `Flush`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FlushRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collections.
    #[prost(string, repeated, tag = "3")]
    pub collection_names: Vec<String>,
}

/// The answer to `Flush`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FlushResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// Segments, by collection.
    #[prost(btree_map = "string, message", tag = "3")]
    pub coll_seg_ids: BTreeMap<String, LongArray>,
    /// Moments, by collection.
    #[prost(btree_map = "string, uint64", tag = "6")]
    pub coll_flush_ts: BTreeMap<String, u64>,
}

/// `GetFlushState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetFlushStateRequest {
    /// The segments.
    #[prost(int64, repeated, tag = "1")]
    pub segment_ids: Vec<i64>,
    /// The moment.
    #[prost(uint64, tag = "2")]
    pub flush_ts: u64,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "3")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "4")]
    pub collection_name: String,
}

/// The answer to `GetFlushState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetFlushStateResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// Whether all is written.
    #[prost(bool, tag = "2")]
    pub flushed: bool,
}

/// `ManualCompaction`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ManualCompactionRequest {
    /// The collection's number.
    #[prost(int64, tag = "1")]
    pub collection_id: i64,
    /// Whether rows are to be clustered.
    #[prost(bool, tag = "3")]
    pub major_compaction: bool,
    /// The collection, or an alias of it.
    #[prost(string, tag = "4")]
    pub collection_name: String,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "5")]
    pub db_name: String,
}

/// The answer to `ManualCompaction`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ManualCompactionResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The compaction.
    #[prost(int64, tag = "2")]
    pub compaction_id: i64,
}

/// `GetCompactionState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetCompactionStateRequest {
    /// The compaction.
    #[prost(int64, tag = "1")]
    pub compaction_id: i64,
}

/// The answer to `GetCompactionState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetCompactionStateResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// In which state it is.
    #[prost(int32, tag = "2")]
    pub state: i32,
    /// Parts being worked on.
    #[prost(int64, tag = "3")]
    pub executing_plan_no: i64,
    /// Parts that took too long.
    #[prost(int64, tag = "4")]
    pub timeout_plan_no: i64,
    /// Parts that are done.
    #[prost(int64, tag = "5")]
    pub completed_plan_no: i64,
    /// Parts that failed.
    #[prost(int64, tag = "6")]
    pub failed_plan_no: i64,
}
