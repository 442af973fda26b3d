//! A request of an RPC that says nothing but names, for asking what would become of it.
//!
//! It is never sent: engines would miss the rest. The names stand in the fields in which the
//! scanner looks for them.

use super::Row;
use prost::encoding::string;

/// What a request names; empty for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Naming<'n> {
    /// The database.
    pub database: &'n str,
    /// The collection, or the only alias that the RPC takes.
    pub collection: &'n str,
    /// The second name that the RPC takes: an alias of the collection, or its new name.
    pub other: &'n str,
}

impl Row {
    /// Whether a request has a field for a database.
    pub const fn takes_database(&self) -> bool {
        self.fields.database != 0
    }

    /// Whether a request has a field for a collection, or for an alias alone.
    pub const fn takes_collection(&self) -> bool {
        (self.fields.collection | self.fields.collections | self.fields.other) != 0
    }

    /// Whether a request has a field for a second name beside the collection's.
    pub const fn takes_other(&self) -> bool {
        self.fields.collection != 0 && self.fields.other != 0
    }
}

/// The gRPC-framed request of an RPC with these names, those left out for which it has no field.
pub fn request(row: &Row, naming: Naming<'_>) -> Vec<u8> {
    let fields = &row.fields;
    let alone = if row.takes_other() { naming.other } else { naming.collection };
    let first = if fields.collection == 0 { fields.collections } else { fields.collection };
    let mut message = Vec::new();
    for (number, name) in
        [(fields.database, naming.database), (first, naming.collection), (fields.other, alone)]
    {
        if number != 0 && !name.is_empty() {
            string::encode(u32::from(number), &name.to_owned(), &mut message);
        }
    }
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&[0][..], &length.to_be_bytes(), &message].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::TABLE;
    use crate::scan::Scanner;

    #[test]
    fn the_scanner_finds_what_was_named() {
        for row in &TABLE {
            let naming = Naming { database: "d", collection: "c", other: "o" };
            let body = request(row, naming);
            let mut scanner = Scanner::new(&row.fields);
            scanner.feed(&body).unwrap();
            let names = scanner.finish().unwrap();
            assert_eq!(names.database == "d", row.takes_database(), "{}", row.name);
            let listed: Vec<_> = names.collections.iter().collect();
            let alone = row.fields.collection == 0 && row.fields.collections == 0;
            let first = names.collection == "c" || listed == ["c"] || alone && names.other == "c";
            assert_eq!(first, row.takes_collection(), "{}", row.name);
            assert_eq!(names.other == "o", row.takes_other(), "{}", row.name);
        }
    }
}
