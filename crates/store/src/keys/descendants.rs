//! The keys that a key made, and those that they made.

use crate::sql::text;
use crate::work::Reader;
use model::{Error, ErrorKind, KeyId};
use std::collections::{BTreeSet, VecDeque};

/// How many descendants of a key are found; with more, nothing is answered but an error.
pub const MOST_DESCENDANTS: usize = 10_000;

/// The living keys made with this key, with keys made with it, and so on; nearest first. Deleted
/// keys on the way hide nothing.
///
/// # Errors
/// `LimitReached` if there are more than [`MOST_DESCENDANTS`].
pub fn descendants(reader: &Reader<'_>, id: KeyId) -> Result<Vec<KeyId>, Error> {
    let living = "SELECT id FROM keys WHERE parent_id = $1 ORDER BY id";
    let dead = "SELECT key_id FROM deleted_parents WHERE parent_id = $1 ORDER BY key_id";
    let (mut found, mut seen) = (Vec::new(), BTreeSet::from([id]));
    let mut next = VecDeque::from([id]);
    while let Some(parent) = next.pop_front() {
        for (sql, lives) in [(living, true), (dead, false)] {
            let children: Vec<KeyId> = reader.sql.all(sql, &[text(parent)], |row| row.parsed(0))?;
            for child in children.into_iter().filter(|child| seen.insert(*child)) {
                next.push_back(child);
                if lives {
                    found.push(child);
                }
            }
        }
        if seen.len() > MOST_DESCENDANTS {
            return Err(Error::new(
                ErrorKind::LimitReached,
                format!("the key has more than {MOST_DESCENDANTS} descendants: delete some first"),
            ));
        }
    }
    Ok(found)
}
