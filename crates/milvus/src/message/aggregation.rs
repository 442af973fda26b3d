//! What a search has found, put into buckets and summed up.

use std::collections::BTreeMap;

/// How to put what was found into buckets.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SearchAggregationSpec {
    /// The fields whose values tell the buckets apart.
    #[prost(string, repeated, tag = "1")]
    pub fields: Vec<String>,
    /// How many buckets.
    #[prost(int64, tag = "2")]
    pub size: i64,
    /// What is reckoned for each bucket, by name.
    #[prost(btree_map = "string, message", tag = "3")]
    pub metrics: BTreeMap<String, MetricAggSpec>,
    /// In which order.
    #[prost(message, repeated, tag = "4")]
    pub order: Vec<OrderSpec>,
    /// Which rows are shown of each bucket.
    #[prost(message, optional, tag = "5")]
    pub top_hits: Option<TopHitsSpec>,
    /// Buckets within each bucket.
    #[prost(message, optional, boxed, tag = "6")]
    pub sub_aggregation: Option<Box<SearchAggregationSpec>>,
    /// How many buckets to look for; 0 means as many as are shown.
    #[prost(int64, tag = "7")]
    pub search_size: i64,
}

/// What is reckoned.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MetricAggSpec {
    /// How.
    #[prost(string, tag = "1")]
    pub op: String,
    /// Of which field.
    #[prost(string, tag = "2")]
    pub field_name: String,
}

/// An order of buckets.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OrderSpec {
    /// By what.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Which way.
    #[prost(string, tag = "2")]
    pub direction: String,
}

/// Rows that are shown of a bucket.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TopHitsSpec {
    /// How many.
    #[prost(int64, tag = "1")]
    pub size: i64,
    /// In which order.
    #[prost(message, repeated, tag = "2")]
    pub sort: Vec<SortSpec>,
}

/// An order of rows.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SortSpec {
    /// By which field.
    #[prost(string, tag = "1")]
    pub field_name: String,
    /// Which way.
    #[prost(string, tag = "2")]
    pub direction: String,
}

/// A bucket.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AggBucket {
    /// The values that all its rows have.
    #[prost(message, repeated, tag = "1")]
    pub key: Vec<BucketKeyEntry>,
    /// How many rows it has.
    #[prost(int64, tag = "2")]
    pub count: i64,
    /// What was reckoned, by name.
    #[prost(btree_map = "string, message", tag = "3")]
    pub metrics: BTreeMap<String, MetricValue>,
    /// Some of its rows.
    #[prost(message, repeated, tag = "4")]
    pub hits: Vec<AggHit>,
    /// Buckets within it.
    #[prost(message, repeated, tag = "5")]
    pub sub_groups: Vec<AggBucket>,
}

/// A value that all rows of a bucket have.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BucketKeyEntry {
    /// The field's number.
    #[prost(int64, tag = "1")]
    pub field_id: i64,
    /// The field.
    #[prost(string, tag = "2")]
    pub field_name: String,
    /// The value; none if the rows have none.
    #[prost(oneof = "BucketKey", tags = "3, 4, 5")]
    pub value: Option<BucketKey>,
}

/// What [`BucketKeyEntry`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum BucketKey {
    /// A whole number.
    #[prost(int64, tag = "3")]
    Int(i64),
    /// A text.
    #[prost(string, tag = "4")]
    String(String),
    /// A boolean.
    #[prost(bool, tag = "5")]
    Bool(bool),
}

/// What was reckoned.
#[derive(Clone, PartialEq, prost::Message)]
pub struct MetricValue {
    /// The value; none if there was nothing to reckon.
    #[prost(oneof = "Metric", tags = "1, 2, 3, 4")]
    pub value: Option<Metric>,
}

/// What [`MetricValue`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Metric {
    /// A whole number.
    #[prost(int64, tag = "1")]
    Int(i64),
    /// A number with a fraction.
    #[prost(double, tag = "2")]
    Double(f64),
    /// A text.
    #[prost(string, tag = "3")]
    String(String),
    /// A boolean.
    #[prost(bool, tag = "4")]
    Bool(bool),
}

/// A row of a bucket.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AggHit {
    /// Its primary key.
    #[prost(oneof = "AggPk", tags = "1, 2")]
    pub pk: Option<AggPk>,
    /// How near it is.
    #[prost(float, tag = "3")]
    pub score: f32,
    /// Its values.
    #[prost(message, repeated, tag = "4")]
    pub fields: Vec<AggHitField>,
}

/// What [`AggHit`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum AggPk {
    /// A whole number.
    #[prost(int64, tag = "1")]
    Int(i64),
    /// A text.
    #[prost(string, tag = "2")]
    Str(String),
}

/// A value of a row.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AggHitField {
    /// The field's number.
    #[prost(int64, tag = "1")]
    pub field_id: i64,
    /// The field.
    #[prost(string, tag = "2")]
    pub field_name: String,
    /// The value; none if the row has none.
    #[prost(oneof = "HitValue", tags = "3, 4, 5, 6, 7, 8")]
    pub value: Option<HitValue>,
}

/// What [`AggHitField`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum HitValue {
    /// A whole number.
    #[prost(int64, tag = "3")]
    Int(i64),
    /// A boolean.
    #[prost(bool, tag = "4")]
    Bool(bool),
    /// A float.
    #[prost(float, tag = "5")]
    Float(f32),
    /// A double.
    #[prost(double, tag = "6")]
    Double(f64),
    /// A text.
    #[prost(string, tag = "7")]
    String(String),
    /// Bytes.
    #[prost(bytes = "vec", tag = "8")]
    Bytes(Vec<u8>),
}
