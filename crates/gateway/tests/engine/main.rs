//! The gateway through its public door: a real listener, a real client, a real upstream.
//!
//! One binary, one module a subject. To add a subject: a module here; what it needs of keys,
//! clusters and connections is in [`house`].

mod abuse;
mod bodies;
mod calls;
mod engines;
mod fence;
mod house;
mod refusals;
mod routing;
mod tls;
