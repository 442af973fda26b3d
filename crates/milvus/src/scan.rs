//! The names in a request body, read while the body streams by.

mod error;

pub use error::ScanError;

/// Where the names are at the top level of a request; 0 where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Number of the field with the database's name.
    pub database: u8,
    /// Number of the field with the collection's name.
    pub collection: u8,
    /// Number of the repeated field with names of collections.
    pub collections: u8,
    /// Whether the request is a stream of messages rather than one.
    pub several_messages: bool,
}
