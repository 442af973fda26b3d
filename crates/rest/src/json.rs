//! Texts that are known to be JSON, and their parts.
//!
//! A [`Json`] was checked to its end when it was made, so its parts are only looked for: rows and
//! vectors are not read once more for each level that they are in. What is wrong, and what is very
//! deep, is for `serde_json` to say.

use crate::numbers::{self, Lists};
use crate::skim;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// A value as it stands, without space around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

/// Members as they stand, in their order.
pub(crate) type Members<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// Lists of numbers that were read when they were checked, and the place of their member.
pub(crate) type Read = Option<(usize, Lists)>;

/// So many names are compared with each other.
const FEW: usize = 16;
/// So large may a text be whose numbers are read when it is checked: they are held beside it.
const SMALL: usize = 64 << 10;

impl<'a> Json<'a> {
    /// Checks a text.
    pub(crate) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let bytes = text.as_bytes();
        let start = skim::space(bytes, 0);
        let end = skim::checked(bytes, start);
        let end = end.filter(|&end| skim::space(bytes, end) == bytes.len());
        match end.and_then(|end| text.get(start..end)) {
            Some(value) => Ok(Self(value)),
            None => serde_json::from_str::<&RawValue>(text).map(|raw| Self(raw.get())),
        }
    }

    /// Checks a text that is an object; its members, and the numbers of the last one that is lists
    /// of them.
    pub(crate) fn request(text: &'a str) -> Result<(Members<'a>, Read), serde_json::Error> {
        let (mut number, mut read) = (0, None);
        let mut end_of = |text: &[u8], at| {
            number += 1;
            match numbers::lists(text, at) {
                Some((lists, end)) => {
                    read = Some((number - 1, lists));
                    Some(end)
                }
                None => skim::checked(text, at),
            }
        };
        let is_small = text.len() <= SMALL;
        match is_small.then(|| members(text, &mut end_of)).flatten() {
            Some(members) => Ok((members, read)),
            None => Ok((Self::object(text)?, None)),
        }
    }

    /// Checks a text that is an object; its members.
    pub(crate) fn object(text: &'a str) -> Result<Members<'a>, serde_json::Error> {
        match members(text, &mut skim::checked) {
            Some(members) => Ok(members),
            None => serde_json::from_str::<Object<'a>>(text).map(|object| object.0),
        }
    }

    /// The text.
    pub(crate) const fn get(self) -> &'a str {
        self.0
    }

    /// The members of an object. Names may come twice.
    pub(crate) fn members(self) -> Result<Members<'a>, serde_json::Error> {
        match members(self.0, &mut skim::trusted) {
            Some(members) => Ok(members),
            None => Self::object(self.0),
        }
    }

    /// The items of a list.
    pub(crate) fn items(self) -> Result<Vec<Self>, serde_json::Error> {
        if let Some(items) = items(self.0) {
            return Ok(items);
        }
        let items: Vec<&RawValue> = serde_json::from_str(self.0)?;
        Ok(items.into_iter().map(|raw| Self(raw.get())).collect())
    }
}

/// The members of an object; whoever is asked for the end of each says whether it is a value.
fn members<'a>(
    text: &'a str,
    end_of: &mut dyn FnMut(&[u8], usize) -> Option<usize>,
) -> Option<Members<'a>> {
    let bytes = text.as_bytes();
    let mut at = skim::space(bytes, 0);
    if *bytes.get(at)? != b'{' {
        return None;
    }
    at = skim::space(bytes, at + 1);
    let mut members = Vec::new();
    if *bytes.get(at)? != b'}' {
        loop {
            let (end, value) = skim::name(bytes, at)?;
            let name = unquoted(text.get(at..end)?)?;
            let value = skim::space(bytes, value);
            let end = end_of(bytes, value)?;
            members.push((name, Json(text.get(value..end)?)));
            at = skim::space(bytes, end);
            match *bytes.get(at)? {
                b',' => at = skim::space(bytes, at + 1),
                b'}' => break,
                _ => return None,
            }
        }
    }
    (skim::space(bytes, at + 1) == bytes.len()).then_some(members)
}

/// The first name that comes a second time: one that is the same as another, or has the same key.
pub(crate) fn repeated<'m>(
    members: &'m Members<'_>,
    is_same: fn(&str, &str) -> bool,
    key: fn(&str) -> String,
) -> Option<&'m str> {
    let mut names = members.iter().map(|(name, _)| name.as_ref());
    if members.len() > FEW {
        let mut keys = HashSet::new();
        return names.find(|name| !keys.insert(key(name)));
    }
    let among = |place: usize, name| members[..place].iter().any(|(other, _)| is_same(other, name));
    names.enumerate().find(|&(place, name)| among(place, name)).map(|(_, name)| name)
}

fn items(text: &str) -> Option<Vec<Json<'_>>> {
    let bytes = text.as_bytes();
    if *bytes.first()? != b'[' {
        return None;
    }
    let mut at = skim::space(bytes, 1);
    let mut items = Vec::new();
    if *bytes.get(at)? == b']' {
        return Some(items);
    }
    loop {
        let end = skim::trusted(bytes, at)?;
        items.push(Json(text.get(at..end)?));
        at = skim::space(bytes, end);
        match *bytes.get(at)? {
            b',' => at = skim::space(bytes, at + 1),
            b']' => return Some(items),
            _ => return None,
        }
    }
}

/// A name without its quotes, borrowed where it has no escapes.
fn unquoted(name: &str) -> Option<Cow<'_, str>> {
    let inner = name.get(1..name.len().checked_sub(1)?)?;
    if inner.contains('\\') {
        return serde_json::from_str(name).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// An object as `serde_json` reads it.
struct Object<'a>(Members<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<'de>, M::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<Name<'de>>()? {
                    let value: &RawValue = map.next_value()?;
                    members.push((name.0, Json(value.get())));
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A name, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways to read an object, which must be the same.
    fn read(text: &str) -> Option<Members<'_>> {
        let theirs = serde_json::from_str::<Object<'_>>(text).ok().map(|object| object.0);
        assert_eq!(Json::object(text).ok(), theirs, "{text}");
        let whole = Json::parse(text).ok();
        assert_eq!(whole.is_some(), serde_json::from_str::<&RawValue>(text).is_ok(), "{text}");
        assert_eq!(whole.and_then(|json| json.members().ok()), theirs, "{text}");
        theirs
    }

    #[test]
    fn objects_have_the_members_that_the_other_reader_finds() {
        for text in [
            "{}",
            " { } ",
            "{\"a\":1}",
            "{ \"a\" : [1, {\"b\":\"]}\"}] , \"\\u0062\" : null }\n",
            "{\"a\":1,\"a\":2}",
            "{\"\":\"\"}",
            "{\"a\":-1.5e3,\"b\":true,\"c\":{}}",
        ] {
            assert!(read(text).is_some(), "{text}");
        }
        for text in [
            "",
            "[]",
            "1",
            "null",
            "{",
            "{}}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\"}",
            "{\"a\":1 \"b\":2}",
            "{\"\\ud800\":1}",
            "{\"a\":1}x",
            "{\"a\":01}",
            "{'a':1}",
            "{\"a\":[1,]}",
            "{\"a\":1]",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(99), "]".repeat(99));
        assert!(read(&deep).is_some());
    }

    #[test]
    fn lists_of_numbers_are_read_when_they_are_checked() {
        for (text, expected) in [
            (r#"{"a":1,"data":[[1,2],[3,4]],"b":[5]}"#, Some((1, 2, vec![1.0, 2.0, 3.0, 4.0]))),
            (r#"{"data":[[1],[2,3]]}"#, None),
            (r#"{"data":[{"v":[1]}]}"#, None),
            ("{}", None),
        ] {
            let (members, read) = Json::request(text).unwrap();
            assert_eq!(Json::object(text).unwrap(), members);
            let read = read.map(|(place, lists)| (place, lists.length, lists.floats));
            assert_eq!(read, expected, "{text}");
        }
        for bad in [r#"{"data":[[1,2]],}"#, r#"{"data":[[1,2]]"#, r#"{"data":[[1,02]]}"#, "[[1]]"] {
            assert!(Json::request(bad).is_err(), "{bad}");
        }
        let large = format!("{{\"data\":[[1]],\"text\":\"{}\"}}", "x".repeat(SMALL));
        assert!(Json::request(&large).unwrap().1.is_none());
    }

    #[test]
    fn lists_have_their_items() {
        let items = |text| {
            let items = Json::parse(text).unwrap().items().ok()?;
            Some(items.into_iter().map(Json::get).collect::<Vec<_>>())
        };
        assert_eq!(items(" [ ] "), Some(vec![]));
        let expected = vec!["1", "\"],\"", "[2,[3]]", "{\"a\":[]}", "-1e5", "null"];
        assert_eq!(items("[1 ,\"],\", [2,[3]],{\"a\":[]},\n-1e5 ,null]"), Some(expected));
        for other in ["1", "{}", "\"[]\"", "null"] {
            assert_eq!(items(other), None);
        }
        let deep = format!("[{}{},1]", "[".repeat(100), "]".repeat(100));
        assert_eq!(items(&deep).unwrap().len(), 2);
    }
}
