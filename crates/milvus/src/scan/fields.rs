//! Where a request has its names.
//!
//! It says field numbers and must never say what they are for. To add a place: a field in
//! [`Fields`], and what `Fields::wanted` makes of it.

use super::name::Capture;

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

    /// What the field with this number is read for, at the top level or in a nested message.
    pub(super) fn wanted(&self, number: u32, nested: bool) -> Purpose {
        let Ok(number) = u8::try_from(number) else {
            return Purpose::Nothing;
        };
        if nested {
            return if number == self.inner_collection {
                Purpose::Name(Capture::InnerCollection)
            } else if number == self.inner_database {
                Purpose::Name(Capture::InnerDatabase)
            } else {
                Purpose::Nothing
            };
        }
        if number == self.collection {
            Purpose::Name(Capture::Collection)
        } else if number == self.database {
            Purpose::Name(Capture::Database)
        } else if number == self.collections {
            Purpose::Name(Capture::Listed)
        } else if number == self.other {
            Purpose::Name(Capture::Other)
        } else if number == self.other_database {
            Purpose::Name(Capture::OtherDatabase)
        } else if number == self.inner {
            Purpose::Inner
        } else if number < 64 && self.numbers >> number & 1 == 1 {
            Purpose::Number
        } else {
            Purpose::Nothing
        }
    }
}

/// What a field is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nobody asked for it.
    Nothing,
    /// It is a name.
    Name(Capture),
    /// It names something by its number, if it is not zero.
    Number,
    /// It is a message with names in it.
    Inner,
}
