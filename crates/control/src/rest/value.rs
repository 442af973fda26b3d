//! Reading JSON without losing anything: duplicates, depth and size are refused on the way, with
//! the place in the body.

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// How deep arrays and objects may nest.
const MOST_LEVELS: usize = 8;
/// How many fields an object may have.
const MOST_FIELDS: usize = 64;
/// How many entries an array may have.
const MOST_ENTRIES: usize = 1000;
/// How much of a client's own text a refusal repeats.
const MOST_ECHOED: usize = 64;

/// Any JSON value.
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number that is no integer of 64 bits; nothing we read takes one.
    OtherNumber,
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// What the value is, for a refusal.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::OtherNumber => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// Reads one JSON value and nothing after it.
pub(super) fn read(text: &str) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Node { path: &Path::Root }.deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

/// A client's own text, cut to what a refusal may repeat.
pub(crate) fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_ECHOED {
        return text.to_owned();
    }
    text.chars().take(MOST_ECHOED).chain("…".chars()).collect()
}

/// Where a value stands in the body.
enum Path<'a> {
    Root,
    Field(&'a Path<'a>, &'a str),
    Entry(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn level(&self) -> usize {
        match self {
            Self::Root => 1,
            Self::Field(outer, _) | Self::Entry(outer, _) => outer.level() + 1,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Path::Root, name) => f.write_str(&shortened(name)),
            Self::Field(outer, name) => write!(f, "{outer}.{}", shortened(name)),
            Self::Entry(outer, index) => write!(f, "{outer}[{index}]"),
        }
    }
}

/// Reads the value at one place.
struct Node<'a> {
    path: &'a Path<'a>,
}

impl Node<'_> {
    fn check_depth<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.path.level() > MOST_LEVELS {
            return Err(E::custom(format_args!("the body nests deeper than {MOST_LEVELS} levels")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::OtherNumber, Value::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::OtherNumber)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut list = Vec::new();
        loop {
            let path = Path::Entry(self.path, list.len());
            let Some(value) = entries.next_element_seed(Node { path: &path })? else {
                return Ok(Value::List(list));
            };
            if list.len() == MOST_ENTRIES {
                return Err(A::Error::custom(format_args!(
                    "{}: has more than {MOST_ENTRIES} entries",
                    self.path
                )));
            }
            list.push(value);
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.check_depth()?;
        let mut fields: Vec<(String, Value)> = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            let path = Path::Field(self.path, &name);
            if fields.iter().any(|(other, _)| *other == name) {
                return Err(A::Error::custom(format_args!("{path}: is given twice")));
            }
            if fields.len() == MOST_FIELDS {
                return Err(A::Error::custom(format_args!(
                    "{path}: is one field too many; at most {MOST_FIELDS} are read"
                )));
            }
            let value = entries.next_value_seed(Node { path: &path })?;
            fields.push((name, value));
        }
        Ok(Value::Object(fields))
    }
}
