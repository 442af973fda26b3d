//! Commands: one operation a file, the same for the REST API, the console and the host itself.
//!
//! Each is a plain blocking function: it loads what it is about, finds where the caller stands, has
//! the policy decide, and acts and records under the permit, all in one transaction. It must never
//! know HTTP, and never answer anything that was not decided. To add one: a file under its noun, an
//! action in `model::policy` if none fits, and a route in [`crate::rest`].

pub mod account;
pub mod allowed;
pub mod audit;
pub mod bootstrap;
pub mod cluster_access;
pub mod cluster_roles;
pub mod cluster_users;
pub mod clusters;
pub mod invitations;
pub mod keys;
pub mod members;
pub mod organizations;
pub mod privilege_groups;
pub mod project_members;
pub mod projects;
pub mod sessions;
pub mod usage;
pub mod users;
pub mod whitelist;

mod decision;
mod factor;
mod on_cluster;
mod revision;

pub use factor::SecondProof;
