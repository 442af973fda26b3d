//! The parts as one system, in this process: what the fence waits for, what a test can exchange,
//! and what the control API tells of clusters and calls.

#![cfg(test)]

mod calls;
mod clusters;
mod explain;
mod fence;
mod nobody;
#[path = "../support/mod.rs"]
mod support;
mod system;
