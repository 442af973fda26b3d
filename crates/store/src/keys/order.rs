//! The orders of a list of keys, and places in them.
//!
//! Each order is one index, read forwards or backwards, and a place in it is a value and an id: a
//! page that begins behind a place costs the same wherever that is. To add an order: a variant of
//! [`KeySort`], its columns and its letter here, and its indexes in a migration.

use super::Key;
use crate::sql::{Value, text};
use model::{Error, KeyId};
use std::fmt;
use std::str::FromStr;

/// What a list is ordered by. Keys that are equal in it are ordered by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeySort {
    /// When they were made.
    #[default]
    Created,
    /// Their name.
    Name,
    /// Their end; keys without one come last in ascending order.
    Expires,
    /// Their last use; keys that were never used come first in ascending order.
    Used,
}

/// The order of a list; newest first if nobody says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyOrder {
    /// By what.
    pub by: KeySort,
    /// Least, oldest or soonest first.
    pub ascending: bool,
}

impl Default for KeyOrder {
    fn default() -> Self {
        Self { by: KeySort::Created, ascending: false }
    }
}

impl KeySort {
    /// The column of the value, and the one of the id.
    pub(super) const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Created => ("k.created_at", "k.id"),
            Self::Name => ("k.name", "k.id"),
            Self::Expires => ("k.expires_at", "k.id"),
            Self::Used => ("u.last_used_at", "u.key_id"),
        }
    }

    /// What a written place begins with.
    const fn letter(self) -> char {
        match self {
            Self::Created => 'c',
            Self::Name => 'n',
            Self::Expires => 'e',
            Self::Used => 'u',
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        let all = [Self::Created, Self::Name, Self::Expires, Self::Used];
        all.into_iter().find(|sort| sort.letter() == letter)
    }
}

impl KeyOrder {
    /// The same order from its other end.
    pub(super) const fn reversed(self) -> Self {
        Self { ascending: !self.ascending, ..self }
    }

    /// Whether ids ascend among keys of the same value. The oldest index has them the other way
    /// round than its moments.
    const fn ids_ascend(self) -> bool {
        match self.by {
            KeySort::Created => !self.ascending,
            KeySort::Name | KeySort::Expires | KeySort::Used => self.ascending,
        }
    }

    pub(super) fn as_sql(self) -> String {
        let direction = |ascending| if ascending { "" } else { " DESC" };
        let (value, id) = self.by.columns();
        format!("{value}{}, {id}{}", direction(self.ascending), direction(self.ids_ascend()))
    }

    /// The condition of what comes after a place, whose value and id are these parameters.
    pub(super) fn after(self, value: &str, id: &str) -> String {
        let than = |ascending| if ascending { '>' } else { '<' };
        let (column, ids) = self.by.columns();
        let (further, onwards) = (than(self.ascending), than(self.ids_ascend()));
        if further == onwards {
            return format!("({column}, {ids}) {further} ({value}, {id})");
        }
        format!(
            "{column} {further}= {value} AND ({column} {further} {value} OR {ids} {onwards} {id})"
        )
    }
}

/// A place in an order: that of a key which is, or was, there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCursor {
    by: KeySort,
    value: Spot,
    id: KeyId,
}

/// What the key is ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spot {
    Number(i64),
    Name(String),
}

impl KeyCursor {
    /// The place of a key that was last used then; 0 if it never was.
    pub(super) fn of(key: &Key, last_used: i64, by: KeySort) -> Self {
        let value = match by {
            KeySort::Created => Spot::Number(key.created_at.millis()),
            KeySort::Name => Spot::Name(key.name.to_string()),
            KeySort::Expires => {
                let end = key.life.expires_at();
                Spot::Number(end.map_or(super::NEVER, model::Timestamp::millis))
            }
            KeySort::Used => Spot::Number(last_used),
        };
        Self { by, value, id: key.id }
    }

    /// What it is a place in.
    pub fn by(&self) -> KeySort {
        self.by
    }

    /// The values that [`KeyOrder::after`] compares with.
    pub(super) fn values(&self) -> [Value; 2] {
        let value = match &self.value {
            Spot::Number(number) => Value::Integer(*number),
            Spot::Name(name) => Value::Text(name.clone()),
        };
        [value, text(self.id)]
    }
}

impl fmt::Display for KeyCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.by.letter())?;
        match &self.value {
            Spot::Number(number) => write!(f, "{number}")?,
            Spot::Name(name) => f.write_str(name)?,
        }
        write!(f, ".{}", self.id)
    }
}

impl FromStr for KeyCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        read(text).ok_or_else(|| Error::invalid("is not a cursor that a list of keys gave"))
    }
}

fn read(text: &str) -> Option<KeyCursor> {
    let mut letters = text.chars();
    let by = KeySort::from_letter(letters.next()?)?;
    let (value, id) = letters.as_str().rsplit_once('.')?;
    let value = match by {
        KeySort::Name => Spot::Name(model::name::KeyName::new(value).ok()?.to_string()),
        _ => Spot::Number(value.parse().ok()?),
    };
    Some(KeyCursor { by, value, id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_were_written_and_nothing_else_is() {
        let id = KeyId::from_number(7).unwrap();
        for (by, value) in [
            (KeySort::Created, Spot::Number(1_795_458_802_007)),
            (KeySort::Name, Spot::Name("service-1".to_owned())),
            (KeySort::Expires, Spot::Number(i64::MAX)),
            (KeySort::Used, Spot::Number(0)),
        ] {
            let cursor = KeyCursor { by, value, id };
            assert_eq!(cursor.to_string().parse::<KeyCursor>().unwrap(), cursor);
        }
        for bad in ["", "c", "c1", "c1.", "x1.key-1", "cnow.key-1", "n.key-1", "é"] {
            assert!(bad.parse::<KeyCursor>().is_err(), "{bad}");
        }
        assert!(format!("c1.{id}").parse::<KeyCursor>().is_ok());
        assert!(format!("n' OR 1 = 1.{id}").parse::<KeyCursor>().is_err());
    }

    #[test]
    fn what_comes_after_a_place_is_what_the_order_says() {
        let order = |by, ascending| KeyOrder { by, ascending };
        let newest = KeyOrder::default();
        assert_eq!(newest.as_sql(), "k.created_at DESC, k.id");
        assert_eq!(
            newest.after("$1", "$2"),
            "k.created_at <= $1 AND (k.created_at < $1 OR k.id > $2)"
        );
        let used = order(KeySort::Used, false);
        assert_eq!(used.as_sql(), "u.last_used_at DESC, u.key_id DESC");
        assert_eq!(used.after("$1", "$2"), "(u.last_used_at, u.key_id) < ($1, $2)");
        assert_eq!(used.reversed(), order(KeySort::Used, true));
    }
}
