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

/// Connections, and calls in flight on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    pub(super) connections: usize,
    pub(super) streams: usize,
}

/// One call after the other: the shape in which latency is measured.
pub(super) const ONE: Shape = Shape { connections: 1, streams: 1 };

const SHAPES: &[Shape] = &[
    ONE,
    Shape { connections: 8, streams: 1 },
    Shape { connections: 32, streams: 2 },
    Shape { connections: 1, streams: 64 },
];
const INSERT_SHAPES: &[Shape] = &[ONE, Shape { connections: 4, streams: 1 }];

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
        write!(f, "{} x {}", self.connections, self.streams)
    }
}
