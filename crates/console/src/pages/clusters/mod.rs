//! Pages of a cluster.

pub(crate) mod show;
