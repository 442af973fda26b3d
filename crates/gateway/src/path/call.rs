//! Step 3: what is asked. An RPC that is not in the table is refused.

use super::head::Head;
use milvus::refusal::Refusal;
use milvus::rpc::{self, Class, Row};

/// Finds the RPC of a call; `has_desk` says whether those about users and roles are answered.
///
/// # Errors
/// An unknown RPC, one that nobody answers here, or one that is closed to clients.
pub fn read(head: &Head, has_desk: bool) -> Result<&'static Row, Refusal> {
    let row = rpc::find(head.path()).ok_or(Refusal::UnknownRpc)?;
    match row.class {
        Class::Forward { .. } | Class::Authenticated => Ok(row),
        Class::Identity { .. } if has_desk => Ok(row),
        Class::Identity { .. } => Err(Refusal::IdentityRpc(row)),
        Class::Refused { .. } => Err(Refusal::ClosedRpc(row)),
    }
}
