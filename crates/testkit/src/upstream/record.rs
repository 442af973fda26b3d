//! What arrived at the upstream, for tests to look at.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The head of one call, in the order it arrived.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// All fields, pseudo-headers included.
    pub fields: Vec<(String, Vec<u8>)>,
}

impl Record {
    /// The first field with this name.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_slice())
    }
}

/// Counts and records.
#[derive(Debug)]
pub struct Seen {
    calls: AtomicU64,
    resets: AtomicU64,
    bytes: AtomicU64,
    limit: usize,
    records: Mutex<Vec<Record>>,
}

impl Seen {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            calls: AtomicU64::new(0),
            resets: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            limit,
            records: Mutex::default(),
        }
    }

    /// Calls whose head has arrived.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Acquire)
    }

    /// Calls the client gave up.
    pub fn resets(&self) -> u64 {
        self.resets.load(Ordering::Acquire)
    }

    /// Bytes of request bodies.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Acquire)
    }

    /// The recorded calls, oldest first.
    pub fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn count_reset(&self) {
        self.resets.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn count_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::AcqRel);
    }

    /// Whether the next call is to be recorded.
    pub(super) fn wants_record(&self) -> bool {
        self.limit > 0
            && self.records.lock().unwrap_or_else(PoisonError::into_inner).len() < self.limit
    }

    pub(super) fn add(&self, record: Record) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}
