//! The loads: what is called, how large, and over how many connections and streams.

use clap::ValueEnum;
use std::fmt;

/// One kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Case {
    /// About 100 bytes in and out
    Small,
    /// A search: 3 KB in, 5 KB out
    Search,
    /// An insert: 4 MiB in, 100 bytes out
    Insert,
}

/// Connections, calls in flight on each, and where everything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    pub(super) connections: usize,
    pub(super) streams: usize,
    pub(super) cores: Cores,
}

/// Which cores take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cores {
    /// The proxy alone on one, load and upstream on another.
    Two,
    /// Everything on the proxy's: no wake-up crosses cores.
    One,
}

impl Shape {
    pub(super) const fn new(connections: usize, streams: usize) -> Self {
        Self { connections, streams, cores: Cores::Two }
    }
}

/// One call after the other: the shape in which latency is measured.
pub(super) const ONE: Shape = Shape::new(1, 1);
/// The same with everything on one core: what is left is the proxy's own work.
const ONE_CORE: Shape = Shape { cores: Cores::One, ..ONE };

const SHAPES: &[Shape] = &[ONE, ONE_CORE, Shape::new(8, 1), Shape::new(32, 2), Shape::new(1, 64)];
const INSERT_SHAPES: &[Shape] = &[ONE, Shape::new(4, 1)];

/// Bytes of the answer to a search.
pub(super) const SEARCH_ANSWER: usize = 5000;

impl Case {
    pub(super) const ALL: &'static [Self] = &[Self::Small, Self::Search, Self::Insert];

    pub(super) fn shapes(self) -> &'static [Shape] {
        match self {
            Self::Small | Self::Search => SHAPES,
            Self::Insert => INSERT_SHAPES,
        }
    }

    /// What the load generator calls it.
    pub(super) fn rpc(self) -> &'static str {
        match self {
            Self::Small => "has-collection",
            Self::Search => "search",
            Self::Insert => "insert",
        }
    }

    /// Bytes of the request's message.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Small => 100,
            Self::Search => 3000,
            Self::Insert => 4 << 20,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Small => "100 B",
            Self::Search => "3 KB in, 5 KB out",
            Self::Insert => "4 MiB insert",
        })
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x {}", self.connections, self.streams)?;
        match self.cores {
            Cores::Two => Ok(()),
            Cores::One => f.write_str(" on one core"),
        }
    }
}
