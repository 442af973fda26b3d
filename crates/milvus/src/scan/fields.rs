//! Where a request has its names.
//!
//! It says field numbers and must never say what they are for. To add a place: a field in
//! [`Fields`], and what `Scanner::wanted` makes of it.

/// Where the names are in a request; 0 where it has none. Field numbers are below 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Number of the field with the database's name.
    pub database: u8,
    /// Number of the field with the collection's name.
    pub collection: u8,
    /// Number of the repeated field with names of collections.
    pub collections: u8,
    /// Number of the field with a second database's name.
    pub other_database: u8,
    /// Number of the field with a second name in the place of a collection's.
    pub other: u8,
    /// The fields that name things by their number, as bits.
    pub numbers: u64,
    /// Number of the repeated field with messages that have names in them.
    pub inner: u8,
    /// Number of the field with the database's name in such a message.
    pub inner_database: u8,
    /// Number of the field with the collection's name in such a message.
    pub inner_collection: u8,
    /// Whether the request is a stream of messages rather than one.
    pub several_messages: bool,
}

impl Fields {
    /// Whether a request has names at all.
    pub const fn any(&self) -> bool {
        let top = self.database | self.collection | self.collections | self.other_database;
        (top | self.other | self.inner) != 0
    }
}
