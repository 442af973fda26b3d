//! Marking in texts that were found what they were found for.

use super::schema::KeyValuePair;

/// What is marked, and how.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Highlighter {
    /// By words (0) or by meaning (1).
    #[prost(int32, tag = "1")]
    pub r#type: i32,
    /// Parameters, by name.
    #[prost(message, repeated, tag = "2")]
    pub params: Vec<KeyValuePair>,
}

/// What was marked in a field.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HighlightResult {
    /// The field.
    #[prost(string, tag = "1")]
    pub field_name: String,
    /// What was marked in each row.
    #[prost(message, repeated, tag = "2")]
    pub datas: Vec<HighlightData>,
}

/// What was marked in a text.
#[derive(Clone, PartialEq, prost::Message)]
pub struct HighlightData {
    /// Parts of the text, with marks in them.
    #[prost(string, repeated, tag = "1")]
    pub fragments: Vec<String>,
    /// How near each is, if that was found out.
    #[prost(float, repeated, tag = "2")]
    pub scores: Vec<f32>,
}
