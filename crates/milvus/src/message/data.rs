//! Rows, as columns.

/// A column.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FieldData {
    /// See the numbers of its kind.
    #[prost(int32, tag = "1")]
    pub r#type: i32,
    /// The field.
    #[prost(string, tag = "2")]
    pub field_name: String,
    /// The values.
    #[prost(oneof = "Column", tags = "3, 4, 8")]
    pub field: Option<Column>,
    /// The field's number.
    #[prost(int64, tag = "5")]
    pub field_id: i64,
    /// Whether this is the field for what the schema does not have.
    #[prost(bool, tag = "6")]
    pub is_dynamic: bool,
    /// Which rows have a value; empty if all have.
    #[prost(bool, repeated, tag = "7")]
    pub valid_data: Vec<bool>,
}

/// What [`FieldData`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Column {
    /// Scalars.
    #[prost(message, tag = "3")]
    Scalars(ScalarField),
    /// Vectors.
    #[prost(message, tag = "4")]
    Vectors(VectorField),
    /// Arrays of structures.
    #[prost(message, tag = "8")]
    StructArrays(StructArrayField),
}

/// A column of scalars, or one value of an array field.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScalarField {
    /// The values.
    #[prost(oneof = "Scalars", tags = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12")]
    pub data: Option<Scalars>,
}

/// What [`ScalarField`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Scalars {
    /// A boolean, or booleans.
    #[prost(message, tag = "1")]
    Bool(BoolArray),
    /// Integers of up to 32 bits.
    #[prost(message, tag = "2")]
    Int(IntArray),
    /// Integers of 64 bits.
    #[prost(message, tag = "3")]
    Long(LongArray),
    /// Floats.
    #[prost(message, tag = "4")]
    Float(FloatArray),
    /// Doubles.
    #[prost(message, tag = "5")]
    Double(DoubleArray),
    /// Texts.
    #[prost(message, tag = "6")]
    String(StringArray),
    /// Bytes.
    #[prost(message, tag = "7")]
    Bytes(BytesArray),
    /// Arrays.
    #[prost(message, tag = "8")]
    Array(ArrayArray),
    /// JSON texts.
    #[prost(message, tag = "9")]
    Json(JsonArray),
    /// Values of this kind.
    #[prost(message, tag = "10")]
    Geometry(GeometryArray),
    /// Values of this kind.
    #[prost(message, tag = "11")]
    Timestamptz(TimestamptzArray),
    /// Values of this kind.
    #[prost(message, tag = "12")]
    GeometryWkt(GeometryWktArray),
}

/// A column of vectors.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VectorField {
    /// The dimension.
    #[prost(int64, tag = "1")]
    pub dim: i64,
    /// The values.
    #[prost(oneof = "Vectors", tags = "2, 3, 4, 5, 6, 7, 8")]
    pub data: Option<Vectors>,
}

/// What [`VectorField`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Vectors {
    /// Values of this kind.
    #[prost(message, tag = "2")]
    Float(FloatArray),
    /// A value of this kind.
    #[prost(bytes = "vec", tag = "3")]
    Binary(Vec<u8>),
    /// A value of this kind.
    #[prost(bytes = "vec", tag = "4")]
    Float16(Vec<u8>),
    /// A value of this kind.
    #[prost(bytes = "vec", tag = "5")]
    Bfloat16(Vec<u8>),
    /// Values of this kind.
    #[prost(message, tag = "6")]
    SparseFloat(SparseFloatArray),
    /// A value of this kind.
    #[prost(bytes = "vec", tag = "7")]
    Int8(Vec<u8>),
    /// Values of this kind.
    #[prost(message, tag = "8")]
    VectorArray(VectorArray),
}

/// Booleans.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BoolArray {
    /// The values.
    #[prost(bool, repeated, tag = "1")]
    pub data: Vec<bool>,
}

/// Integers of up to 32 bits.
#[derive(Clone, PartialEq, prost::Message)]
pub struct IntArray {
    /// The values.
    #[prost(int32, repeated, tag = "1")]
    pub data: Vec<i32>,
}

/// Integers of 64 bits.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LongArray {
    /// The values.
    #[prost(int64, repeated, tag = "1")]
    pub data: Vec<i64>,
}

/// Floats.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FloatArray {
    /// The values.
    #[prost(float, repeated, tag = "1")]
    pub data: Vec<f32>,
}

/// Doubles.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DoubleArray {
    /// The values.
    #[prost(double, repeated, tag = "1")]
    pub data: Vec<f64>,
}

/// Texts.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StringArray {
    /// The values.
    #[prost(string, repeated, tag = "1")]
    pub data: Vec<String>,
}

/// Byte strings.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BytesArray {
    /// The values.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub data: Vec<Vec<u8>>,
}

/// Arrays.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ArrayArray {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub data: Vec<ScalarField>,
    /// Type of the elements, if this is an array.
    #[prost(int32, tag = "2")]
    pub element_type: i32,
}

/// JSON texts.
#[derive(Clone, PartialEq, prost::Message)]
pub struct JsonArray {
    /// The values.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub data: Vec<Vec<u8>>,
}

/// Geometries in binary form.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GeometryArray {
    /// The values.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub data: Vec<Vec<u8>>,
}

/// Moments in microseconds since 1970.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TimestamptzArray {
    /// The values.
    #[prost(int64, repeated, tag = "1")]
    pub data: Vec<i64>,
}

/// Geometries as text.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GeometryWktArray {
    /// The values.
    #[prost(string, repeated, tag = "1")]
    pub data: Vec<String>,
}

/// Sparse vectors.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SparseFloatArray {
    /// The vectors, each as pairs of index and value.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub contents: Vec<Vec<u8>>,
    /// The dimension.
    #[prost(int64, tag = "2")]
    pub dim: i64,
}

/// Lists of vectors.
#[derive(Clone, PartialEq, prost::Message)]
pub struct VectorArray {
    /// The dimension.
    #[prost(int64, tag = "1")]
    pub dim: i64,
    /// The values.
    #[prost(message, repeated, tag = "2")]
    pub data: Vec<VectorField>,
    /// Type of the elements, if this is an array.
    #[prost(int32, tag = "3")]
    pub element_type: i32,
}

/// A column of arrays of structures, one column a field of theirs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct StructArrayField {
    /// The fields.
    #[prost(message, repeated, tag = "1")]
    pub fields: Vec<FieldData>,
}

/// Primary keys.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Ids {
    /// The value.
    #[prost(oneof = "IdList", tags = "1, 2")]
    pub id_field: Option<IdList>,
}

/// What [`Ids`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum IdList {
    /// Values of this kind.
    #[prost(message, tag = "1")]
    IntId(LongArray),
    /// Values of this kind.
    #[prost(message, tag = "2")]
    StrId(StringArray),
}

/// A value for a placeholder of a filter.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TemplateValue {
    /// The value.
    #[prost(oneof = "Template", tags = "1, 2, 3, 4, 5")]
    pub val: Option<Template>,
}

/// What [`TemplateValue`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Template {
    /// A boolean, or booleans.
    #[prost(bool, tag = "1")]
    Bool(bool),
    /// A value of this kind.
    #[prost(int64, tag = "2")]
    Int64(i64),
    /// Floats.
    #[prost(double, tag = "3")]
    Float(f64),
    /// Texts.
    #[prost(string, tag = "4")]
    String(String),
    /// Arrays.
    #[prost(message, tag = "5")]
    Array(TemplateArrayValue),
}

/// A list for a placeholder of a filter.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TemplateArrayValue {
    /// The values.
    #[prost(oneof = "TemplateList", tags = "1, 2, 3, 4, 5, 6")]
    pub data: Option<TemplateList>,
}

/// What [`TemplateArrayValue`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum TemplateList {
    /// A boolean, or booleans.
    #[prost(message, tag = "1")]
    Bool(BoolArray),
    /// Integers of 64 bits.
    #[prost(message, tag = "2")]
    Long(LongArray),
    /// Doubles.
    #[prost(message, tag = "3")]
    Double(DoubleArray),
    /// Texts.
    #[prost(message, tag = "4")]
    String(StringArray),
    /// Arrays.
    #[prost(message, tag = "5")]
    Array(TemplateArrayValueArray),
    /// JSON texts.
    #[prost(message, tag = "6")]
    Json(JsonArray),
}

/// Lists of lists.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TemplateArrayValueArray {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub data: Vec<TemplateArrayValue>,
}

/// The vectors of a search.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PlaceholderGroup {
    /// The placeholders.
    #[prost(message, repeated, tag = "1")]
    pub placeholders: Vec<PlaceholderValue>,
}

/// The vectors for one placeholder of a search.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PlaceholderValue {
    /// Which placeholder it stands for.
    #[prost(string, tag = "1")]
    pub tag: String,
    /// See the numbers of its kind.
    #[prost(int32, tag = "2")]
    pub r#type: i32,
    /// The values, encoded.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub values: Vec<Vec<u8>>,
    /// Whether the values are elements of lists.
    #[prost(bool, tag = "4")]
    pub element_level: bool,
}
