//! What is fuzzed: everything that reads bytes of strangers before anybody has decided on them.
//!
//! A target is a function over bytes that panics when something that must hold does not: the reader
//! agrees with a plainer one, or what was read can be written again. Each has a corpus in
//! `corpus/<name>`, which `cargo xtask fuzz` begins from and the tests replay. To add a target: a
//! file here, its line in [`TARGETS`], and a first input in its corpus.

mod answer;
mod hpack;
mod json;
mod key;
mod metadata;
mod oracle;
mod rpc_path;
mod scan;

use std::sync::LazyLock;

/// A target: what must hold for any bytes.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: &[(&str, Target)] = &[
    ("answer", answer::run),
    ("hpack", hpack::run),
    ("json", json::run),
    ("key", key::run),
    ("metadata", metadata::run),
    ("rpc_path", rpc_path::run),
    ("scan", scan::run),
];

/// The variable that names the target of [`run`].
pub const VARIABLE: &str = "KEYWARD_FUZZ_TARGET";

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var(VARIABLE).unwrap_or_default();
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| panic!("{VARIABLE} names no target: {name:?}")).1
});

/// Runs the target that the environment names.
pub fn run(data: &[u8]) {
    CHOSEN(data);
}
