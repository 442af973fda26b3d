//! Milvus' RESTful API through the whole of Keyward, on an engine that a test plays: what holds
//! whatever the engine does, and cannot be seen on a real one.
//!
//! What can be seen on real engines is in the acceptance tests. To add a case: a file, with a
//! played engine of its own if it needs another answer.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod client;
mod documents;
mod engine;
mod fence;
mod input;
mod lease;
mod memory;
mod requests;
mod schemas;
mod slow;
mod stop;
#[expect(dead_code, reason = "the tests of the fence use more of it")]
#[path = "../fence/system.rs"]
mod system;
