//! What is said of a run: one list of rows that the terminal, Markdown and JSON all show.

pub(super) mod json;
pub(super) mod markdown;
pub(in crate::bench) mod page;
mod rows;
pub(in crate::bench) mod table;

use super::bars::Bar;
use super::machine::Machine;
use super::results::Results;
use super::subject::{Kind, Subject};

/// A peer that was asked for and did not start.
pub(super) struct Absent {
    pub(super) kind: Kind,
    pub(super) reason: String,
}

/// A finished run.
pub(super) struct Report<'a> {
    pub(super) machine: Machine,
    pub(super) keys: usize,
    pub(super) rounds: usize,
    pub(super) seconds: f64,
    pub(super) subjects: &'a [Subject],
    pub(super) absent: Vec<Absent>,
    pub(super) bars: Vec<Bar>,
    pub(super) results: &'a Results,
}

impl Report<'_> {
    /// What was measured, in the order of the columns.
    fn kinds(&self) -> Vec<Kind> {
        self.subjects.iter().map(|subject| subject.kind).collect()
    }
}
