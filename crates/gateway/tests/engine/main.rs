//! The gateway through its public door: a real listener, a real client, a real upstream.
//!
//! One binary, one module a subject. To add a subject: a module here; what it needs of keys,
//! clusters and connections is in [`house`].
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::large_stack_arrays, reason = "bodies of tests are as long as they need to be")]

mod abuse;
mod access;
mod attack;
mod bodies;
mod bounds;
mod calls;
mod desk;
mod engines;
mod explain;
mod fence;
mod grants;
mod hand;
mod house;
mod inner;
mod lease;
mod lists;
mod naive;
mod naive_lease;
mod naive_users;
mod narrow;
mod overload;
mod refusals;
mod routing;
mod several;
mod tls;
mod usage;
mod users;
