//! A request's JSON, read strictly.
//!
//! An object's names are taken in either case, as Milvus takes them, and a name that comes twice in
//! any case is refused: what is decided on and what is sent are the same. A member is parsed when
//! it is asked for, so rows go into columns without a tree between them; [`Body::parse`] has made
//! sure before that the whole is JSON. Members that nobody asks for are let be, as in Milvus.

use crate::json::{self, Json, Members, Read};
use crate::numbers::Lists;
use crate::problem::Problem;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// An object of a request.
#[derive(Debug, Default)]
pub(crate) struct Body<'a> {
    members: Members<'a>,
    read: Read,
}

impl<'a> Body<'a> {
    /// Reads an object.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, Problem> {
        if text.trim_ascii().is_empty() {
            return Err(Problem::not_json("the request body is empty, however {} is valid"));
        }
        let text = std::str::from_utf8(text).map_err(|_| Problem::not_json("it is not UTF-8"))?;
        let body = Json::request(text)
            .and_then(|(members, read)| Self::of(members).map(|body| Self { read, ..body }));
        body.map_err(Problem::not_json)
    }

    fn of(members: Members<'a>) -> Result<Self, serde_json::Error> {
        match json::repeated(&members, str::eq_ignore_ascii_case, str::to_ascii_lowercase) {
            Some(name) => Err(serde_json::Error::custom(format!("`{name}` comes twice"))),
            None => Ok(Self { members, read: None }),
        }
    }

    /// The names of all members.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_ref())
    }

    /// A member as it stands; `null` counts as not there.
    pub(crate) fn raw(&self, name: &str) -> Option<Json<'a>> {
        #[cfg(test)]
        asked::note(name);
        let mut members = self.members.iter();
        let found = members.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, raw)| *raw).filter(|raw| raw.get() != "null")
    }

    /// A member that is lists of numbers, all of one length, if these were read already: whoever
    /// gets none here may find some in the text.
    pub(crate) fn lists(&self, name: &str) -> Option<&Lists> {
        #[cfg(test)]
        asked::note(name);
        let (place, lists) = self.read.as_ref()?;
        let (other, _) = self.members.get(*place)?;
        other.eq_ignore_ascii_case(name).then_some(lists)
    }

    /// A member of a type of its own.
    pub(crate) fn read<T: Deserialize<'a>>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        let read = serde_json::from_str(raw.get());
        read.map(Some).map_err(|error| Problem::not_json(format!("`{name}`: {}", bare(&error))))
    }

    /// A text; empty if it is not there.
    pub(crate) fn text(&self, name: &str) -> Result<String, Problem> {
        Ok(self.read(name)?.unwrap_or_default())
    }

    /// A text that must be there.
    pub(crate) fn name(&self, name: &str) -> Result<String, Problem> {
        let text = self.text(name)?;
        if text.is_empty() { Err(Problem::missing(required(name))) } else { Ok(text) }
    }

    /// A list of texts; empty if it is not there.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Problem> {
        Ok(self.read(name)?.unwrap_or_default())
    }

    /// Yes or no; no if it is not there.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        Ok(self.read(name)?.unwrap_or_default())
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Problem> {
        self.read(name)
    }

    /// An object; empty if it is not there.
    pub(crate) fn inner(&self, name: &str) -> Result<Body<'a>, Problem> {
        self.raw(name).map_or_else(|| Ok(Body::default()), |raw| Self::within(name, raw))
    }

    /// A list of objects; empty if it is not there.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Body<'a>>, Problem> {
        self.items(name)?.into_iter().map(|raw| Self::within(name, raw)).collect()
    }

    /// A list of anything; empty if it is not there.
    pub(crate) fn items(&self, name: &str) -> Result<Vec<Json<'a>>, Problem> {
        let items = self.raw(name).map_or_else(|| Ok(Vec::new()), Json::items);
        items.map_err(|error| Problem::not_json(format!("`{name}`: {}", bare(&error))))
    }

    fn within(name: &str, raw: Json<'a>) -> Result<Self, Problem> {
        let inner = raw.members().and_then(Self::of);
        inner.map_err(|error| Problem::not_json(format!("`{name}`: {}", bare(&error))))
    }

    /// Any value as a tree, without names that come twice; `Null` if it is not there.
    pub(crate) fn tree(&self, name: &str) -> Result<Value, Problem> {
        Ok(self.read::<Tree>(name)?.map_or(Value::Null, |tree| tree.0))
    }

    /// An object as a tree; empty if it is not there.
    pub(crate) fn map(&self, name: &str) -> Result<Map<String, Value>, Problem> {
        match self.tree(name)? {
            Value::Null => Ok(Map::new()),
            Value::Object(map) => Ok(map),
            _ => Err(Problem::not_json(format!("`{name}` must be an object"))),
        }
    }
}

/// Which members were asked for on this thread, for the tests of descriptions.
#[cfg(test)]
pub(crate) mod asked {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        static NAMES: RefCell<BTreeSet<String>> = RefCell::default();
    }

    pub(super) fn note(name: &str) {
        NAMES.with_borrow_mut(|names| names.insert(name.to_owned()));
    }

    /// The names since the last time.
    pub(crate) fn take() -> BTreeSet<String> {
        NAMES.take()
    }
}

/// What Milvus' check of what must be there says.
pub(crate) fn required(name: &str) -> String {
    format!("`{name}` is required")
}

/// What serde says, without a place in a text that was cut out of another.
fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// A value without names that come twice.
#[derive(Debug)]
pub(crate) struct Tree(pub(crate) Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Tree)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("this is no number"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Value, S::Error> {
        let mut items = Vec::new();
        while let Some(Tree(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let Tree(value) = map.next_value()?;
            if members.contains_key(&name) {
                return Err(M::Error::custom(format!("`{name}` comes twice")));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Body::parse(text.as_bytes()).unwrap_err().message
    }

    #[test]
    fn names_are_taken_in_either_case_and_once() {
        let body = Body::parse(br#"{"DBname":"a","x":null,"\u0079":1}"#).unwrap();
        assert_eq!(body.text("dbName").unwrap(), "a");
        assert_eq!(body.number("x").unwrap(), None);
        assert_eq!(body.number("Y").unwrap(), Some(1));
        let many: String =
            ('b'..='z').fold(String::new(), |all, name| all + &format!("\"{name}\":0,"));
        assert!(Body::parse(format!("{{{many}\"a\":1}}").as_bytes()).is_ok());
        assert!(refusal(&format!("{{\"a\":1,{many}\"A\":1}}")).contains("`A` comes twice"));
        for twice in [r#"{"a":1,"a":1}"#, r#"{"a":1,"A":2}"#, r#"{"a":1,"\u0061":2}"#] {
            assert!(refusal(twice).contains("comes twice"), "{twice}");
        }
        let body = Body::parse(br#"{"params":{"a":{"b":1,"b":2}},"s":[{"c":1,"C":1}]}"#).unwrap();
        assert!(body.map("params").unwrap_err().message.contains("`b` comes twice"));
        assert!(body.list("s").unwrap_err().message.contains("comes twice"));
    }

    #[test]
    fn what_is_no_object_is_refused_with_milvus_code() {
        for text in ["", "  ", "[]", "1", "\"a\"", "{", "{}x", "{'a':1}", "{\"a\":NaN}", "{\"a\":}"]
        {
            let problem = Body::parse(text.as_bytes()).unwrap_err();
            assert_eq!((problem.status, problem.code), (200, 1801), "{text}");
        }
        assert_eq!(Body::parse(b"{\"a\":\"\xff\"}").unwrap_err().code, 1801);
        assert!(Body::parse(b"{}").is_ok());
    }

    #[test]
    fn wrong_types_name_the_member() {
        let body = Body::parse(br#"{"a":1,"b":"x","c":[1],"d":1e400,"e":1.5}"#).unwrap();
        for problem in [
            body.text("a").unwrap_err(),
            body.number("b").unwrap_err(),
            body.texts("c").unwrap_err(),
            body.tree("d").unwrap_err(),
            body.number("e").unwrap_err(),
            body.inner("b").unwrap_err(),
            body.flag("a").unwrap_err(),
        ] {
            assert_eq!(problem.code, 1801);
            assert!(problem.message.contains('`'), "{}", problem.message);
        }
        assert_eq!(body.name("z").unwrap_err().code, 1802);
    }

    #[test]
    fn what_is_too_deep_is_refused() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let body = Body::parse(deep.as_bytes());
        assert!(body.is_err() || body.is_ok_and(|body| body.tree("a").is_err()));
    }

    #[test]
    fn whole_numbers_of_64_bits_survive() {
        let body = Body::parse(b"{\"a\":9223372036854775807,\"b\":-9223372036854775808}").unwrap();
        assert_eq!(body.number("a").unwrap(), Some(i64::MAX));
        assert_eq!(body.tree("b").unwrap().as_i64(), Some(i64::MIN));
    }
}
