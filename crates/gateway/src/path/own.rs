//! RPCs about users and roles that a user may make without their privilege: those about itself.
//!
//! As in Milvus a user may change its own password, and may look at itself and at the grants of its
//! own roles. The message is decoded as whoever answers it decodes it. To add such an RPC: its
//! arms in [`may_be`] and [`is_own`].

use crate::table::User;
use milvus::message::Message;
use milvus::message::rbac::{SelectGrantRequest, SelectUserRequest, UpdateCredentialRequest};
use milvus::rpc::Rpc;

/// Whether the RPC may be about the caller itself.
pub const fn may_be(rpc: Rpc) -> bool {
    matches!(rpc, Rpc::UpdateCredential | Rpc::SelectUser | Rpc::SelectGrant)
}

/// Whether this request is about nobody but this user, or a role that it has.
pub fn is_own(rpc: Rpc, message: &[u8], user: &User) -> bool {
    match rpc {
        Rpc::UpdateCredential => UpdateCredentialRequest::decode(message)
            .is_ok_and(|request| request.username == *user.name),
        Rpc::SelectUser => SelectUserRequest::decode(message)
            .is_ok_and(|request| request.user.is_some_and(|named| named.name == *user.name)),
        Rpc::SelectGrant => SelectGrantRequest::decode(message).is_ok_and(|request| {
            let role = request.entity.and_then(|entity| entity.role);
            role.is_some_and(|role| user.has_role(&role.name))
        }),
        _ => false,
    }
}
