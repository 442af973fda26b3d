//! Store, control plane, gateway and engines as one running system.
//!
//! ```text
//! store ──changes──> feed ──changes, with the engines' addresses──> gateway
//!   ^                 │ ^                                             │ confirmed
//!   │ commands        │ └── engines (Milvus Lite), started and watched│
//! control <──receipt── fence <────────────────────────────────────────┘
//! ```
//!
//! Processes that share a PostgreSQL database ([`Role`]) have no engines. There each gateway
//! follows the feed by itself and keeps a lease (`member.rs`), and the fence waits for the list of
//! them (`roll.rs`).
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
mod data_path;
mod door;
mod ears;
mod explain;
mod identity;
mod member;
mod notices;
mod open;
mod ports;
mod probing;
mod reached;
mod reference;
mod rest;
mod role;
mod roll;
mod server;
mod settings;
mod status;

pub use feed::Feed;
pub use open::Opened;
pub use reached::GatewayUrl;
pub use rest::door as rest_door;
pub use role::{LeaseLength, Role};
pub use server::Server;
pub use settings::{MakeFence, Parts, Settings};
