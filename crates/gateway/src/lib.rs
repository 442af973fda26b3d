//! The gateway: let a call through or refuse it.
//!
//! This crate is the data path. It decides from an in-memory [`table`] that the change feed keeps
//! true, and moves bytes with its own [`engine`]. It must never query a store, know SQL or the
//! control plane, or let a client's credential travel upstream. The steps of a call are in
//! [`path`]; a new step, limit or answer goes there, a new way to move bytes goes into the engine.

pub mod access_log;
mod calls;
pub mod config;
pub mod desk;
pub mod engine;
mod fence;
pub mod gateway;
pub mod lease;
pub mod metrics;
mod mirror;
pub mod moments;
pub mod passwords;
pub mod path;
pub mod rest_door;
pub mod table;
mod upstream_tls;
pub mod usage;

pub use config::{Config, Limits};
pub use desk::{DataCaller, IdentityCall, IdentityDesk};
pub use fence::FENCE_LIMIT;
pub use gateway::{Applied, Gateway, StartError};
pub use lease::{Lease, LeaseClock, Stamp, Standing};
pub use mirror::Mirror;
pub use rest_door::{Handed, KNOCK, RestDoor, RestLoop};
pub use upstream_tls::Roots;
