//! Which way a list of keys is read: along the index that has its order, or from the index of what
//! few keys are.
//!
//! Whoever asks for the reported keys among a hundred thousand must not wait until a database has
//! walked past all the others. So where a condition has an index, its entries are counted first, up
//! to a bound: so few are taken from there and sorted, and where there are more, the order's index
//! soon comes to a page full of them. It must never change which keys a list holds.

use super::filter::{Index, conditions, place};
use super::{KeyFilter, KeySort};
use crate::sql::{Piece, Value};
use crate::work::Reader;
use model::Error;

/// How many keys are taken from the index of a condition, and sorted, at most.
pub(super) const MOST_FOUND: i64 = 2_000;

/// Where the uses are, with their keys: what SQLite reads a cross join from is its first table.
const BY_USE: &str = "key_usage u CROSS JOIN keys k WHERE k.id = u.key_id AND";
/// Where the keys are, with their uses.
const BY_KEY: &str = "keys k LEFT JOIN key_usage u ON u.key_id = k.id WHERE";

/// The way a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In its order.
    InOrder,
    /// From the index of the condition with this number.
    Found(usize),
}

/// What a list is read from: tables up to the end of the conditions, and the values they name.
pub(super) struct Source {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    /// Whether the keys come as they are found and are sorted afterwards.
    pub(super) sorted: bool,
}

impl Way {
    /// The way for a list as the database is now.
    pub(super) fn of(reader: &Reader<'_>, filter: &KeyFilter) -> Result<Self, Error> {
        for (number, condition) in conditions(filter).iter().enumerate() {
            let Some(index) = &condition.index else { continue };
            let mut values = Vec::new();
            let entries = match &index.entries {
                // So many rows, whether or not some are of one key.
                Some(entries) => entries.number(&mut values),
                None => found(filter, index, &mut values),
            };
            let most = MOST_FOUND + 1;
            let sql = format!("SELECT count(*) FROM ({entries} LIMIT {most}) found");
            if reader.sql.number(&sql, &values)?.unwrap_or(0) <= MOST_FOUND {
                return Ok(Self::Found(number));
            }
        }
        Ok(Self::InOrder)
    }

    /// What the list is read from on this way.
    pub(super) fn source(self, filter: &KeyFilter) -> Source {
        let (conditions, mut values) = (conditions(filter), Vec::new());
        let index = match self {
            Self::Found(number) => conditions.get(number).and_then(|one| one.index.as_ref()),
            Self::InOrder => None,
        };
        let used = filter.order.by == KeySort::Used;
        let (tables, first) = match (index, used) {
            (Some(index), _) => {
                (BY_KEY, format!("k.id IN ({})", found(filter, index, &mut values)))
            }
            // In this order, where a key is says its use, whose index is the one to walk.
            (None, true) => (BY_USE, Piece::all(&place(filter, "u", false)).number(&mut values)),
            (None, false) => (BY_KEY, Piece::all(&place(filter, "k", false)).number(&mut values)),
        };
        let left = |number: usize| Self::Found(number) != self || !index.is_some_and(|i| i.exactly);
        let rest = conditions.iter().enumerate().filter(|(number, _)| left(*number));
        let rest = Piece::all(rest.map(|(_, one)| &one.full)).number(&mut values);
        let sql = format!("{tables} {first} AND {rest}");
        Source { sql, values, sorted: index.is_some() }
    }
}

/// The ids of the keys that an index finds in the place of the list.
fn found(filter: &KeyFilter, index: &Index, values: &mut Vec<Value>) -> String {
    let place = Piece::all(&place(filter, "k", !index.of_place));
    format!("SELECT k.id FROM keys k WHERE {}", place.then(" AND ", &index.finds).number(values))
}
