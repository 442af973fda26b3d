//! The steps of a call, each a synchronous function over bytes and the table.
//!
//! ```text
//! Head -> Credential -> Identity -> Route -> Rpc -> Permit
//! ```
//! Each step makes a value whose fields are private to it and which the next step needs, so a call
//! cannot be forwarded without having passed them all. Nothing here knows sockets, HTTP/2 or time.
//! To add a step: a file with its type and one function, and its place in [`decide`].

pub mod authorize;
pub mod call;
pub mod credential;
pub mod head;
pub mod identity;
pub mod locate;

pub use authorize::Permit;
pub use head::Head;

use crate::table::View;
use milvus::refusal::Refusal;
use model::DigestKey;

/// Takes a head through all steps.
///
/// # Errors
/// The refusal to answer with, in Milvus' own words.
pub fn decide(
    head: &Head,
    port: u16,
    view: &View,
    digest_key: &DigestKey,
) -> Result<Permit, Refusal> {
    if !view.is_loaded() {
        return Err(Refusal::Starting);
    }
    let credential = credential::read(head)?;
    let identity = identity::identify(&credential, view, digest_key)?;
    let rpc = call::read(head)?;
    let route = locate::locate(head, port, &identity, view)?;
    authorize::authorize(&identity, route, rpc, view)
}
