//! What a query is made of, whichever engine answers it: values in, failures out.
//!
//! Queries name their parameters `$1`, `$2`, … and use nothing but plain SQL.

use model::{Error, Revision, Timestamp};
use std::fmt;

/// One value handed to a query.
#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl fmt::Debug for Value {
    // Values may be secrets (digests, password hashes).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

/// Shows a value the way the store writes it: ids, roles, names and addresses as their text.
pub(crate) fn text(value: impl fmt::Display) -> Value {
    Value::Text(value.to_string())
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Integer(moment.millis())
    }
}

impl From<Revision> for Value {
    fn from(revision: Revision) -> Self {
        Self::Integer(to_integer(revision.number()))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A piece of a query whose parameters are written `?`, each with its value. They get their numbers
/// where the piece ends up, so that pieces can be put together in any order.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    sql: String,
    values: Vec<Value>,
}

impl Piece {
    pub(crate) fn new(sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { sql: sql.into(), values: values.into_iter().collect() }
    }

    /// The text with its parameters numbered behind the values that are there, and its own added.
    pub(crate) fn number(&self, values: &mut Vec<Value>) -> String {
        let mut text = String::with_capacity(self.sql.len() + 8);
        let mut own = self.values.iter();
        for part in self.sql.split_inclusive('?') {
            match (part.strip_suffix('?'), own.next()) {
                (Some(before), Some(value)) => {
                    values.push(value.clone());
                    text.push_str(before);
                    text.push('$');
                    text.push_str(&values.len().to_string());
                }
                _ => text.push_str(part),
            }
        }
        text
    }

    /// Pieces joined by `AND`; what is always true if there is none.
    pub(crate) fn all<'a>(pieces: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = Self::new("1 = 1", []);
        for piece in pieces {
            all = all.then(" AND ", piece);
        }
        all
    }

    /// This piece, these words, and another piece.
    pub(crate) fn then(mut self, words: &str, next: &Self) -> Self {
        self.sql.push_str(words);
        self.sql.push_str(&next.sql);
        self.values.extend(next.values.iter().cloned());
        self
    }
}

/// A count as the database holds it. No count of ours comes near 2^63.
pub(crate) fn to_integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A count read back.
pub(crate) fn to_count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// Why a statement did not do what it says.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A unique constraint; the text names its columns.
    Taken(String),
    /// A reference to a row that is not there, or a row others refer to.
    Reference(Error),
    /// Everything else.
    Other(Error),
}

impl Failure {
    /// Turns a unique constraint into the error made by `conflict`, which gets the constraint's
    /// columns.
    pub(crate) fn taken(self, conflict: impl FnOnce(&str) -> Error) -> Error {
        match self {
            Self::Taken(columns) => conflict(&columns),
            Self::Reference(error) | Self::Other(error) => error,
        }
    }

    /// Turns a broken reference into "there is no such thing".
    pub(crate) fn missing(self, what: &str, id: impl fmt::Display) -> Self {
        match self {
            Self::Reference(error) => Self::Other(
                Error::not_found(what, id).with_context(error.context().unwrap_or_default()),
            ),
            other => other,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        failure.taken(|columns| Error::internal(format!("taken without a check: {columns}")))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere, in any case of ASCII letters
/// when the column is lowered too.
pub(crate) fn contains(text: &str) -> Value {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character.to_ascii_lowercase());
    }
    pattern.push('%');
    Value::Text(pattern)
}
