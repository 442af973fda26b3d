//! Step 1: the credential a call presents.

use super::head::Head;
use milvus::metadata::Credential;
use milvus::refusal::Refusal;

/// Reads the `authorization` metadata.
///
/// # Errors
/// A missing, repeated or undecodable credential.
pub fn read(head: &Head) -> Result<Credential, Refusal> {
    match head.authorization() {
        Ok(Some(value)) => Credential::from_grpc(value),
        Ok(None) => Err(Refusal::MissingAuthorization),
        Err(_) => Err(Refusal::InvalidToken),
    }
}
