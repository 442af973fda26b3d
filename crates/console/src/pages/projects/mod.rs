//! Pages of a project.

pub(crate) mod members;
pub(crate) mod new_cluster;
pub(crate) mod settings;
pub(crate) mod show;
pub(crate) mod whitelist;
