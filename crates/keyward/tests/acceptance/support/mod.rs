//! What the drivers share: a running Keyward, programs with a deadline, and second engines.

mod keyward;
mod lite;
mod port;
mod program;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod relay;
mod tools;
mod wait;

pub(crate) use keyward::{Keyward, quickstart, quickstart_on};
pub(crate) use lite::Lite;
pub(crate) use port::free_port;
pub(crate) use program::{browsing, mcp, node, python, run};
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use relay::Relay;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use tools::milvus_python;
pub(crate) use tools::schemathesis as schemathesis_program;
pub(crate) use tools::{browser, node_folder, python as python_program};
pub(crate) use wait::{until, within};
