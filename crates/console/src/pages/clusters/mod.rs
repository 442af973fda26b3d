//! Pages of a cluster.

pub(crate) mod connect;
pub(crate) mod explain;
pub(crate) mod group;
pub(crate) mod groups;
mod matrix;
pub(crate) mod role;
pub(crate) mod roles;
pub(crate) mod settings;
pub(crate) mod show;
pub(crate) mod user;
pub(crate) mod users;
