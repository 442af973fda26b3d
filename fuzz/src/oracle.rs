//! The plainest reader of the names in a request, which the tests of the scanner have.

use milvus::scan::{Fields, MAX_NAME_LEN};

/// Names with nothing borrowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Owned {
    pub(crate) database: String,
    pub(crate) collection: String,
    pub(crate) other_database: String,
    pub(crate) other: String,
    pub(crate) collections: Vec<String>,
    pub(crate) inner_databases: Vec<String>,
    pub(crate) by_number: bool,
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

#[path = "../../crates/milvus/src/scan/tests/naive.rs"]
mod naive;

/// What is in a body, read whole; an error if no reader should be trusted with it.
pub(crate) fn scan(fields: Fields, body: &[u8]) -> Result<Owned, ()> {
    naive::scan(fields, body)
}
