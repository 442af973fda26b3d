//! Store, control plane, gateway and engines as one running system.
//!
//! ```text
//! store ──changes──> feed ──changes, with the engines' addresses──> gateway
//!   ^                 │ ^                                             │ confirmed
//!   │ commands        │ └── engines (Milvus Lite), started and watched│
//! control <──receipt── fence <────────────────────────────────────────┘
//! ```
//!
//! [`Opened`] has done everything that can refuse quickly: folder, lock, master key, listeners,
//! database. [`Opened::serve`] makes it a running [`Server`]. This module must never decide who may
//! do something, and never hand a change to the gateway but through the [`feed`].

pub mod calls;
pub mod clusters;
pub mod engines;
pub mod feed;
pub mod fence;
pub mod listen;
pub mod usage;

mod background;
mod explain;
mod identity;
mod notices;
mod open;
mod ports;
mod probing;
mod reference;
mod rest;
mod server;
mod settings;

pub use feed::Feed;
pub use open::Opened;
pub use rest::door as rest_door;
pub use server::Server;
pub use settings::{MakeFence, Parts, Settings};
