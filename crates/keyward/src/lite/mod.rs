//! Milvus Lite as a part of Keyward: installed once into the data folder, then one process for each
//! `lite` cluster, started, watched, restarted and stopped here.
//!
//! An engine listens on a loopback port that the kernel picked and that nobody can share, answers
//! only callers with the token of this start, and ends when Keyward ends, however Keyward ends.
//! Collections that were loaded are loaded again before a restarted engine takes calls.
//!
//! This module must never touch a cluster's data, and never kill a process that it has not made
//! sure is an engine of this data folder. To support another engine: a sibling of this module that
//! offers the same [`Supervisor`].

mod backoff;
mod group;
mod install;
mod log;
mod orphan;
mod output;
mod process;
mod python;
mod run;
mod supervise;

pub use install::{Installation, Step, ensure};
pub use process::{Endpoint, Launch};
pub use python::Host;
pub use supervise::{Prepare, State, Supervisor};

/// The engine's version.
pub const VERSION: &str = "3.2.2";
