//! The `keyward` program: its command line, and the wiring of store, control plane, gateway and
//! engines into one process.
//!
//! This crate decides nothing and stores nothing itself. It reads the clock, draws random bytes,
//! opens files, starts processes and listens for signals, so that no other crate has to. To add a
//! command: a file in [`cli`], a variant in its list.

pub mod bootstrap;
pub mod cli;
pub mod clock;
pub mod data;
pub mod entropy;
pub mod lite;
pub mod mail;
pub mod probe;
pub mod wiring;
