//! What an engine says of itself.

use super::common::Status;

/// `GetVersion`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetVersionRequest {}

/// The answer to `GetVersion`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetVersionResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The version, in the engine's own way of writing it.
    #[prost(string, tag = "2")]
    pub version: String,
}
