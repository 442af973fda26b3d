//! What tests and benchmarks stand on: an upstream, a load generator, a client and generated keys.
//!
//! Development only: no crate that ships depends on this one. Everything here is bounded, listens
//! on loopback only and stops when its owner is dropped. [`link`] is the part of HTTP/2 that all of
//! them share; it is lenient where the gateway must be strict, because what it talks to is under
//! test and not a stranger. To add a tool: a module here with a header that says what it is for.

pub mod client;
pub mod clock;
pub mod keys;
pub mod link;
pub mod load;
pub mod message;
pub mod namespace;
pub mod postgres;
pub mod upstream;
pub mod usage;
pub mod wire;
