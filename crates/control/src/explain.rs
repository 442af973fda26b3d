//! What would become of a call on a cluster: asked of whoever decides those calls.
//!
//! The control plane must never judge such a call by itself; it asks the [`Explainer`] it was
//! given, and finds words for the answer. Calls that Keyward answers itself come back as the act
//! that they are, for the policy to decide.

use model::cluster_user::ClusterUserName;
use model::{Action, ClusterId, Error, KeyId, Timestamp};
use std::net::IpAddr;

/// Decides calls on clusters, also those that nobody makes.
pub trait Explainer: Send + Sync {
    /// What would become of a call, by what holds on the data path at this moment.
    ///
    /// # Errors
    /// `Invalid` for an RPC that does not exist, or where names decide that are not given;
    /// `Unavailable` while nothing can be decided.
    fn explain(&self, question: &Question) -> Result<Verdict, Error>;
}

/// A question about a call that nobody makes.
#[derive(Clone, Debug)]
pub struct Question {
    /// On which cluster.
    pub cluster: ClusterId,
    /// By whom.
    pub who: Asked,
    /// What is called.
    pub call: AskedCall,
    /// From where.
    pub from: IpAddr,
    /// When.
    pub now: Timestamp,
}

/// Whom a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Whoever has this API key.
    Key(KeyId),
    /// The user of the cluster with this name.
    User(ClusterUserName),
}

/// What is called, in the words of whoever asks. A name that is empty is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedCall {
    /// The RPC.
    pub rpc: String,
    /// The database.
    pub database: String,
    /// The collection, or the alias.
    pub collection: String,
    /// A second name, if the RPC takes one: an alias of the collection, or its new name.
    pub other: String,
}

/// What would become of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The RPC, as Milvus calls it.
    pub rpc: String,
    /// The privilege that it asks for, if it asks for one.
    pub privilege: Option<String>,
    /// Whether it is allowed.
    pub outcome: Outcome,
}

/// Whether a call is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is.
    Allowed(Allowed),
    /// Keyward answers it itself, if the policy allows this act to whoever calls; else it says
    /// this.
    ByKeyward(Action, Allowed, Refused),
    /// It is not.
    Refused(Refused),
}

/// Why a call is allowed, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The rule, in a few words that never change.
    pub rule: &'static str,
    /// Roles of a user of which each is enough by itself; none if it takes several.
    pub roles: Vec<String>,
    /// What the names in the answer have to match; `None` if all of it is passed on.
    pub sees: Option<Vec<String>>,
    /// Whether the names in the request were held to what the caller may do.
    pub by_names: bool,
    /// Whether only requests about the caller itself are allowed.
    pub own_only: bool,
}

/// Why a call is refused, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The rule, in a few words that never change.
    pub rule: &'static str,
    /// The number of the gRPC status.
    pub code: u32,
    /// The text that the caller gets.
    pub message: String,
}
