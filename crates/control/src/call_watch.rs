//! What the running gateways know of a key's calls and the store does not: how many run, and how
//! many were cut.
//!
//! It is told to people who look at a key or have deleted it. Nothing is decided by it.

use model::KeyId;
use std::pin::Pin;

/// How many calls run, once every gateway has said so.
pub type Counting<'a> = Pin<Box<dyn Future<Output = Option<u64>> + Send + 'a>>;

/// Looks at the calls that go through the gateways.
pub trait CallWatch: Send + Sync {
    /// How many calls of the key run at this moment, on all gateways together; `None` if one of
    /// them does not say. The wait must be bounded by whoever implements it.
    fn live(&self, key: KeyId) -> Counting<'_>;

    /// How many calls of the key were cut by its last change, on all gateways together; `None` if
    /// that is not known, or not any more.
    fn cut(&self, key: KeyId) -> Option<u64>;
}
