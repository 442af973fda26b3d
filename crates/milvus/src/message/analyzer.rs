//! Taking texts apart.

use super::common::Status;

/// `RunAnalyzer`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RunAnalyzerRequest {
    /// The parameters of an analyzer.
    #[prost(string, tag = "2")]
    pub analyzer_params: String,
    /// The texts.
    #[prost(bytes = "vec", repeated, tag = "3")]
    pub placeholder: Vec<Vec<u8>>,
    /// Whether to say where tokens are.
    #[prost(bool, tag = "4")]
    pub with_detail: bool,
    /// Whether to say hashes of tokens.
    #[prost(bool, tag = "5")]
    pub with_hash: bool,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "6")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "7")]
    pub collection_name: String,
    /// The field.
    #[prost(string, tag = "8")]
    pub field_name: String,
    /// The analyzers.
    #[prost(string, repeated, tag = "9")]
    pub analyzer_names: Vec<String>,
}

/// The answer to `RunAnalyzer`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RunAnalyzerResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// What was found.
    #[prost(message, repeated, tag = "2")]
    pub results: Vec<AnalyzerResult>,
}

/// The tokens of one text.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnalyzerResult {
    /// The tokens.
    #[prost(message, repeated, tag = "1")]
    pub tokens: Vec<AnalyzerToken>,
}

/// A token.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnalyzerToken {
    /// The text.
    #[prost(string, tag = "1")]
    pub token: String,
    /// Where it begins.
    #[prost(int64, tag = "2")]
    pub start_offset: i64,
    /// Where it ends.
    #[prost(int64, tag = "3")]
    pub end_offset: i64,
    /// Its place among the tokens.
    #[prost(int64, tag = "4")]
    pub position: i64,
    /// How many places it takes.
    #[prost(int64, tag = "5")]
    pub position_length: i64,
    /// A hash of the text.
    #[prost(uint32, tag = "6")]
    pub hash: u32,
}
