//! The steps of a call, each a synchronous function over bytes and the table.
//!
//! ```text
//! Head -> Credential -> Identity -> Route -> Rpc -> Permit        an API key
//! Head -> Credential -> Route -> User -> Rpc -> Permit            a user of the cluster
//! ```
//! Each step makes a value whose fields are private to it and which the next step needs, so a call
//! cannot be forwarded without having passed them all. Nothing here knows sockets or HTTP/2,
//! and the time is an argument.
//! To add a step: a file with its type and one function, and its place in [`decide`].

pub mod authorize;
pub mod bounds;
pub mod call;
pub mod credential;
pub mod explain;
pub mod granted;
pub mod head;
pub mod identity;
pub mod locate;
pub mod narrow;
pub mod own;

pub use authorize::Permit;
pub use bounds::Origin;
pub use head::Head;
pub use identity::{Caller, Identity};

use crate::passwords::{self, Check};
use crate::table::{Route, User, View};
use milvus::metadata::{Credential, KeyText, UserText};
use milvus::refusal::Refusal;
use model::DigestKey;
use std::sync::Arc;

/// What decisions need besides the table.
#[derive(Clone, Debug)]
pub struct Means {
    /// Under which presented keys are digested.
    pub keys: DigestKey,
    /// Under which presented passwords are digested.
    pub passwords: DigestKey,
    /// Whether RPCs about users and roles are answered.
    pub has_desk: bool,
}

impl Means {
    /// The means of a gateway with this digest key.
    pub fn new(keys: DigestKey, has_desk: bool) -> Self {
        let passwords = passwords::digest_key(&keys);
        Self { keys, passwords, has_desk }
    }
}

/// What becomes of a call that was not refused.
#[derive(Debug)]
pub enum Decision {
    /// It is allowed.
    Allowed(Permit),
    /// It presents a password that is not known yet: once that is checked, decide again.
    Unproven(Check),
}

/// A call that is not allowed, with what had become known of it.
#[derive(Debug)]
pub struct Refused {
    /// What to answer.
    pub refusal: Refusal,
    /// Who calls, if that is proved.
    pub caller: Option<Caller>,
    /// The cluster, if the caller opens it.
    pub route: Option<Arc<Route>>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, caller: None, route: None }
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
    means: &Means,
) -> Result<Decision, Refused> {
    if !view.is_loaded() {
        return Err(Refusal::Starting.into());
    }
    match credential::read(head)? {
        Credential::Key(text) => {
            decide_key(&text, head, origin, view, means).map(Decision::Allowed)
        }
        Credential::User(text) => decide_user(&text, head, origin, view, means),
    }
}

fn decide_key(
    text: &KeyText,
    head: &Head,
    origin: Origin,
    view: &View,
    means: &Means,
) -> Result<Permit, Refused> {
    let identity = identity::key(text, view, &means.keys)?;
    admit_key(&identity, head, origin, view, means.has_desk)
}

/// What is decided of a call once its key is known.
fn admit_key(
    identity: &Identity,
    head: &Head,
    origin: Origin,
    view: &View,
    has_desk: bool,
) -> Result<Permit, Refused> {
    let caller = || Some(Caller::Key(identity.key()));
    let known = |refusal| Refused { refusal, caller: caller(), route: None };
    // Only who has the key hears that it has ended, or may not be used from there.
    bounds::key(identity.key(), origin, view).map_err(known)?;
    let route = locate::locate(head, origin.port, identity, view).map_err(known)?;
    let known = |refusal| Refused { refusal, caller: caller(), route: Some(Arc::clone(route)) };
    bounds::cluster(route, origin.address).map_err(known)?;
    let rpc = call::read(head, has_desk).map_err(known)?;
    authorize::authorize(identity, route, rpc, head.place(), view).map_err(known)
}

/// A user is of one cluster, so that comes first, and who may not enter it is sent away before the
/// password is looked at. All that a stranger hears of a cluster is that.
fn decide_user(
    text: &UserText,
    head: &Head,
    origin: Origin,
    view: &View,
    means: &Means,
) -> Result<Decision, Refused> {
    let route = locate::of_user(head, origin.port, view)?;
    bounds::door(route, origin.address)?;
    let user = match identity::user(text, route, view, &means.passwords) {
        Ok(user) => user,
        Err(check) => return Ok(Decision::Unproven(check)),
    };
    admit_user(&user, route, head, origin, means.has_desk).map(Decision::Allowed)
}

/// What is decided of a call once its user is known, who may enter the cluster from there.
fn admit_user(
    user: &Arc<User>,
    route: &Arc<Route>,
    head: &Head,
    origin: Origin,
    has_desk: bool,
) -> Result<Permit, Refused> {
    let known = |refusal| {
        let caller = Some(Caller::User(Arc::clone(user)));
        Refused { refusal, caller, route: Some(Arc::clone(route)) }
    };
    bounds::cluster(route, origin.address).map_err(known)?;
    let rpc = call::read(head, has_desk).map_err(known)?;
    authorize::authorize_user(user, route, rpc, head.place()).map_err(known)
}
