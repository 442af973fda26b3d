//! What Milvus speaks, as far as a gateway needs to know it.
//!
//! The table of its RPCs, where the names sit in their requests, the texts and codes of its
//! refusals, the metadata its clients send, and the messages that Keyward reads and writes whole.
//! Pure functions over bytes: this crate must never do I/O, read a clock, know a key or decide who
//! may call what. To add an RPC, see [`rpc`]; to add a refusal, see [`refusal`]; to add a message,
//! see [`message`].

pub mod answer;
pub mod message;
pub mod metadata;
pub mod refusal;
pub mod rpc;
pub mod scan;

pub use refusal::Refusal;
