//! The steps of a call, each a synchronous function over bytes and the table.
//!
//! ```text
//! Head -> Credential -> Identity -> Route -> Rpc -> Permit
//! ```
//! Each step makes a value whose fields are private to it and which the next step needs, so a call
//! cannot be forwarded without having passed them all. Nothing here knows sockets or HTTP/2,
//! and the time is an argument.
//! To add a step: a file with its type and one function, and its place in [`decide`].

pub mod authorize;
pub mod bounds;
pub mod call;
pub mod credential;
pub mod head;
pub mod identity;
pub mod locate;
pub mod narrow;

pub use authorize::Permit;
pub use bounds::Origin;
pub use head::Head;

use crate::table::{Route, View};
use milvus::refusal::Refusal;
use model::{DigestKey, KeyId};
use std::sync::Arc;

/// A call that is not allowed, with what had become known of it.
#[derive(Debug)]
pub struct Refused {
    /// What to answer.
    pub refusal: Refusal,
    /// The key, if it is a live one.
    pub key: Option<KeyId>,
    /// The cluster, if the key opens it.
    pub route: Option<Arc<Route>>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, key: None, route: None }
    }
}

/// Takes a head through all steps.
///
/// # Errors
/// The refusal to answer with, in Milvus' own words.
pub fn decide(
    head: &Head,
    origin: Origin,
    view: &View,
    digest_key: &DigestKey,
) -> Result<Permit, Refused> {
    if !view.is_loaded() {
        return Err(Refusal::Starting.into());
    }
    let credential = credential::read(head)?;
    let identity = identity::identify(&credential, view, digest_key)?;
    let key = Some(identity.key().id());
    let known = |refusal| Refused { refusal, key, route: None };
    // Only who has the key hears that it has ended, or may not be used from there.
    bounds::key(identity.key(), origin, view).map_err(known)?;
    let route = locate::locate(head, origin.port, &identity, view).map_err(known)?;
    let known = |refusal| Refused { refusal, key, route: Some(Arc::clone(route)) };
    bounds::cluster(route, origin.address).map_err(known)?;
    let rpc = call::read(head).map_err(known)?;
    authorize::authorize(&identity, route, rpc, head.place(), view).map_err(known)
}
