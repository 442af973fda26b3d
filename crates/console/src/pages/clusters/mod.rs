//! Pages of a cluster.

pub(crate) mod connect;
pub(crate) mod settings;
pub(crate) mod show;
