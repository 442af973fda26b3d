//! The REST API: HTTP in, a command, HTTP out.
//!
//! Handlers decode, call one command and encode; they decide nothing. To add an endpoint: a handler
//! in its noun's folder and a line in [`routes`].

mod account;
mod answer;
pub(crate) mod app;
mod audit;
mod body;
mod cluster_roles;
mod cluster_users;
mod clusters;
mod document;
mod health;
mod invitations;
mod json;
mod keys;
mod layers;
mod members;
mod organizations;
mod personal_keys;
mod places;
mod privilege_groups;
mod problem;
mod project_members;
mod projects;
mod query;
mod repeat;
pub mod routes;
mod sessions;
mod signed;
mod target;
mod usage;
mod users;
mod utf8;
mod value;
mod whitelist;

pub(crate) use audit::stream as stream_audit;
pub(crate) use invitations::letter;
pub use routes::{router, router_beside};
pub(crate) use signed::of_address;
pub(crate) use users::send_link;
