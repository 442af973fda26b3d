//! A load generator: connections that each keep a number of calls in flight.
//!
//! Closed loop: a call begins when the one before it has ended, so the rate is what the other side
//! can do. Every call carries what an SDK sends: fixed fields, a fresh time stamp, and one of many
//! keys. One thread, so that it costs little and can be pinned to a core; [`run()`] returns when
//! the plan's bound is reached or nothing moves any more.

mod histogram;
mod plan;
mod report;
mod run;
mod session;
mod traffic;

pub use histogram::Histogram;
pub use plan::{Bound, Plan};
pub use report::Report;
pub use run::run;
