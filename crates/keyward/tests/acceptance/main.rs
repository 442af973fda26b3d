//! Acceptance tests: the real `keyward` program, unmodified SDKs and real engines.
//!
//! Each test starts a Keyward of its own on ports the system picks, and runs one program of
//! `tests/acceptance` against it, or speaks to it over sockets. `cargo xtask test` installs the
//! SDKs and the real Milvus and says in variables where they are; without these a test fails and
//! says so. Nothing here may reach beyond the loopback interface and the namespaces it makes. To
//! add a story: a program next to its SDK's others, and a test of a few lines in that SDK's module.

#[cfg(test)]
mod console;
#[cfg(test)]
mod http;
#[cfg(test)]
mod mcp;
#[cfg(test)]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod milvus;
#[cfg(test)]
mod narrowed;
#[cfg(test)]
mod newcomer;
#[cfg(test)]
mod node;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod python;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod schemathesis;
#[cfg(test)]
mod support;
#[cfg(test)]
mod users;
