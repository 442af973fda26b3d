//! What a collection looks like.

/// Types of fields.
pub mod data_type {
    /// Each with its number.
    pub const NAMES: &[(&str, i32)] = &[
        ("None", 0),
        ("Bool", 1),
        ("Int8", 2),
        ("Int16", 3),
        ("Int32", 4),
        ("Int64", 5),
        ("Float", 10),
        ("Double", 11),
        ("String", 20),
        ("VarChar", 21),
        ("Array", 22),
        ("JSON", 23),
        ("Geometry", 24),
        ("Text", 25),
        ("Timestamptz", 26),
        ("Mol", 27),
        ("Date", 28),
        ("Time", 29),
        ("Decimal", 30),
        ("BinaryVector", 100),
        ("FloatVector", 101),
        ("Float16Vector", 102),
        ("BFloat16Vector", 103),
        ("SparseFloatVector", 104),
        ("Int8Vector", 105),
        ("ArrayOfVector", 106),
        ("ArrayOfStruct", 200),
        ("Struct", 201),
    ];
    /// `None`.
    pub const NONE: i32 = 0;
    /// `Bool`.
    pub const BOOL: i32 = 1;
    /// `Int8`.
    pub const INT8: i32 = 2;
    /// `Int16`.
    pub const INT16: i32 = 3;
    /// `Int32`.
    pub const INT32: i32 = 4;
    /// `Int64`.
    pub const INT64: i32 = 5;
    /// `Float`.
    pub const FLOAT: i32 = 10;
    /// `Double`.
    pub const DOUBLE: i32 = 11;
    /// `String`.
    pub const STRING: i32 = 20;
    /// `VarChar`.
    pub const VAR_CHAR: i32 = 21;
    /// `Array`.
    pub const ARRAY: i32 = 22;
    /// `JSON`.
    pub const JSON: i32 = 23;
    /// `Geometry`.
    pub const GEOMETRY: i32 = 24;
    /// `Text`.
    pub const TEXT: i32 = 25;
    /// `Timestamptz`.
    pub const TIMESTAMPTZ: i32 = 26;
    /// `Mol`.
    pub const MOL: i32 = 27;
    /// `Date`.
    pub const DATE: i32 = 28;
    /// `Time`.
    pub const TIME: i32 = 29;
    /// `Decimal`.
    pub const DECIMAL: i32 = 30;
    /// `BinaryVector`.
    pub const BINARY_VECTOR: i32 = 100;
    /// `FloatVector`.
    pub const FLOAT_VECTOR: i32 = 101;
    /// `Float16Vector`.
    pub const FLOAT16_VECTOR: i32 = 102;
    /// `BFloat16Vector`.
    pub const BFLOAT16_VECTOR: i32 = 103;
    /// `SparseFloatVector`.
    pub const SPARSE_FLOAT_VECTOR: i32 = 104;
    /// `Int8Vector`.
    pub const INT8_VECTOR: i32 = 105;
    /// `ArrayOfVector`.
    pub const ARRAY_OF_VECTOR: i32 = 106;
    /// `ArrayOfStruct`.
    pub const ARRAY_OF_STRUCT: i32 = 200;
    /// `Struct`.
    pub const STRUCT: i32 = 201;
}

/// Kinds of functions.
pub mod function_type {
    /// Each with its number.
    pub const NAMES: &[(&str, i32)] = &[
        ("Unknown", 0),
        ("BM25", 1),
        ("TextEmbedding", 2),
        ("Rerank", 3),
        ("MinHash", 4),
        ("MolFingerprint", 5),
    ];
    /// `Unknown`.
    pub const UNKNOWN: i32 = 0;
    /// `BM25`.
    pub const BM25: i32 = 1;
    /// `TextEmbedding`.
    pub const TEXT_EMBEDDING: i32 = 2;
    /// `Rerank`.
    pub const RERANK: i32 = 3;
    /// `MinHash`.
    pub const MIN_HASH: i32 = 4;
    /// `MolFingerprint`.
    pub const MOL_FINGERPRINT: i32 = 5;
}

/// How fresh an answer has to be.
pub mod consistency {
    /// Each with its number.
    pub const NAMES: &[(&str, i32)] =
        &[("Strong", 0), ("Session", 1), ("Bounded", 2), ("Eventually", 3), ("Customized", 4)];
    /// `Strong`.
    pub const STRONG: i32 = 0;
    /// `Session`.
    pub const SESSION: i32 = 1;
    /// `Bounded`.
    pub const BOUNDED: i32 = 2;
    /// `Eventually`.
    pub const EVENTUALLY: i32 = 3;
    /// `Customized`.
    pub const CUSTOMIZED: i32 = 4;
}

/// A name and a value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValuePair {
    /// The name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// The value.
    #[prost(string, tag = "2")]
    pub value: String,
}

/// A collection.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CollectionSchema {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// What people say of it.
    #[prost(string, tag = "2")]
    pub description: String,
    /// Whether the engine chooses primary keys.
    #[prost(bool, tag = "3")]
    pub auto_id: bool,
    /// The fields.
    #[prost(message, repeated, tag = "4")]
    pub fields: Vec<FieldSchema>,
    /// Whether rows may have fields that the schema does not have.
    #[prost(bool, tag = "5")]
    pub enable_dynamic_field: bool,
    /// Properties, by name.
    #[prost(message, repeated, tag = "6")]
    pub properties: Vec<KeyValuePair>,
    /// The functions.
    #[prost(message, repeated, tag = "7")]
    pub functions: Vec<FunctionSchema>,
    /// Fields that are arrays of structures.
    #[prost(message, repeated, tag = "9")]
    pub struct_array_fields: Vec<StructArrayFieldSchema>,
    /// The version of the schema.
    #[prost(int32, tag = "10")]
    pub version: i32,
    /// Where the outer data is.
    #[prost(string, tag = "11")]
    pub external_source: String,
    /// How the outer storage is to be read.
    #[prost(string, tag = "12")]
    pub external_spec: String,
}

/// A field.
#[expect(clippy::struct_excessive_bools, reason = "Milvus says each of them by itself")]
#[derive(Clone, PartialEq, prost::Message)]
pub struct FieldSchema {
    /// Its number.
    #[prost(int64, tag = "1")]
    pub field_id: i64,
    /// Its name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// Whether this is the primary key.
    #[prost(bool, tag = "3")]
    pub is_primary_key: bool,
    /// What people say of it.
    #[prost(string, tag = "4")]
    pub description: String,
    /// See [`data_type`].
    #[prost(int32, tag = "5")]
    pub data_type: i32,
    /// Parameters of the type, such as its dimension.
    #[prost(message, repeated, tag = "6")]
    pub type_params: Vec<KeyValuePair>,
    /// Parameters of an index that comes with the field.
    #[prost(message, repeated, tag = "7")]
    pub index_params: Vec<KeyValuePair>,
    /// Whether the engine chooses primary keys.
    #[prost(bool, tag = "8")]
    pub auto_id: bool,
    /// Type of the elements, if this is an array.
    #[prost(int32, tag = "10")]
    pub element_type: i32,
    /// The value of rows that have none.
    #[prost(message, optional, tag = "11")]
    pub default_value: Option<ValueField>,
    /// Whether this is the field for what the schema does not have.
    #[prost(bool, tag = "12")]
    pub is_dynamic: bool,
    /// Whether this chooses the partition.
    #[prost(bool, tag = "13")]
    pub is_partition_key: bool,
    /// Whether rows are clustered by it.
    #[prost(bool, tag = "14")]
    pub is_clustering_key: bool,
    /// Whether a row may have no value.
    #[prost(bool, tag = "15")]
    pub nullable: bool,
    /// Whether a function fills it.
    #[prost(bool, tag = "16")]
    pub is_function_output: bool,
    /// Which column of the outer data it is.
    #[prost(string, tag = "17")]
    pub external_field: String,
}

/// A field whose values are arrays of structures.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StructArrayFieldSchema {
    /// Its number.
    #[prost(int64, tag = "1")]
    pub field_id: i64,
    /// Its name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// What people say of it.
    #[prost(string, tag = "3")]
    pub description: String,
    /// The fields.
    #[prost(message, repeated, tag = "4")]
    pub fields: Vec<FieldSchema>,
    /// Parameters of the type, such as its dimension.
    #[prost(message, repeated, tag = "5")]
    pub type_params: Vec<KeyValuePair>,
    /// Whether a row may have no value.
    #[prost(bool, tag = "6")]
    pub nullable: bool,
}

/// A function that fills fields.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FunctionSchema {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its number.
    #[prost(int64, tag = "2")]
    pub id: i64,
    /// What people say of it.
    #[prost(string, tag = "3")]
    pub description: String,
    /// See the numbers of its kind.
    #[prost(int32, tag = "4")]
    pub r#type: i32,
    /// The fields that it reads.
    #[prost(string, repeated, tag = "5")]
    pub input_field_names: Vec<String>,
    /// The fields that it fills.
    #[prost(string, repeated, tag = "7")]
    pub output_field_names: Vec<String>,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "9")]
    pub params: Vec<KeyValuePair>,
}

/// One value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ValueField {
    /// The values.
    #[prost(oneof = "Value", tags = "1, 2, 3, 4, 5, 6, 7, 8")]
    pub data: Option<Value>,
}

/// What [`ValueField`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Value {
    /// A boolean, or booleans.
    #[prost(bool, tag = "1")]
    Bool(bool),
    /// Integers of up to 32 bits.
    #[prost(int32, tag = "2")]
    Int(i32),
    /// Integers of 64 bits.
    #[prost(int64, tag = "3")]
    Long(i64),
    /// Floats.
    #[prost(float, tag = "4")]
    Float(f32),
    /// Doubles.
    #[prost(double, tag = "5")]
    Double(f64),
    /// Texts.
    #[prost(string, tag = "6")]
    String(String),
    /// Bytes.
    #[prost(bytes = "vec", tag = "7")]
    Bytes(Vec<u8>),
    /// A value of this kind.
    #[prost(int64, tag = "8")]
    Timestamptz(i64),
}
