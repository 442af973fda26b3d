//! Strict JSON: what a client sends is understood to the last field, or refused.
//!
//! A lenient reader guesses: of two fields of one name it takes one, a misspelt field it drops, and
//! the caller believes to have set what was never read. Here a duplicate name, an unknown field, a
//! wrong type and deep nesting are refusals that name the place. To read one more field: its line
//! in the endpoint's description, and one more call on [`Object`] before [`Object::finish`]. Builds
//! for development stop where the two differ.

use super::problem::Problem;
use super::utf8;
use super::value::{Value, read, shortened};
use crate::describe::Field;
use model::Error;
use std::ops::RangeInclusive;

/// A JSON object whose fields are taken out one by one.
pub(crate) struct Object {
    /// Where it stands in the body: empty, or such as `projects[0].`.
    path: String,
    fields: Vec<(String, Value)>,
    /// What the endpoint's description says of it.
    described: &'static [Field],
    /// Which of these have been asked for, a bit each.
    asked: u64,
}

impl Object {
    /// Reads a body that must be one JSON object.
    pub(crate) fn parse(body: &[u8], described: &'static [Field]) -> Result<Self, Problem> {
        let value = read(utf8::text(body)?).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => Problem::invalid(error.to_string()),
            _ => Problem::invalid(format!("the body is not valid JSON: {error}")),
        })?;
        match value {
            Value::Object(fields) => Ok(Self { path: String::new(), fields, described, asked: 0 }),
            other => Err(Problem::invalid(format!(
                "the body must be a JSON object, not {}",
                other.kind()
            ))),
        }
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, field: &str) -> Result<String, Problem> {
        match self.optional_text(field)? {
            Some(text) => Ok(text),
            None => Err(self.refuse(field, "is required")),
        }
    }

    /// A text, if it is there.
    pub(crate) fn optional_text(&mut self, field: &str) -> Result<Option<String>, Problem> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong_type(field, "a text", &other)),
        }
    }

    /// A text that must be there, read into what it means.
    pub(crate) fn parsed<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<T, Problem> {
        let text = self.text(field)?;
        read(&text).map_err(|error| self.refused(field, &error))
    }

    /// A text read into what it means, if it is there.
    pub(crate) fn optional_parsed<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(&str) -> Result<T, Error>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.optional_text(field)? else {
            return Ok(None);
        };
        read(&text).map(Some).map_err(|error| self.refused(field, &error))
    }

    /// `true` or `false`, if it is there.
    pub(crate) fn optional_bool(&mut self, field: &str) -> Result<Option<bool>, Problem> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(other) => Err(self.wrong_type(field, "true or false", &other)),
        }
    }

    /// A whole number within these bounds, if it is there.
    pub(crate) fn optional_integer(
        &mut self,
        field: &str,
        bounds: RangeInclusive<i64>,
    ) -> Result<Option<i64>, Problem> {
        let within = |number: &i64| bounds.contains(number);
        match self.take(field) {
            None => Ok(None),
            Some(Value::Integer(number)) if within(&number) => Ok(Some(number)),
            Some(Value::Integer(_) | Value::OtherNumber) => {
                let (least, most) = (bounds.start(), bounds.end());
                Err(self.refuse(field, &format!("must be a whole number from {least} to {most}")))
            }
            Some(other) => Err(self.wrong_type(field, "a number", &other)),
        }
    }

    /// A TCP port, if it is there.
    pub(crate) fn optional_port(&mut self, field: &str) -> Result<Option<u16>, Problem> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Integer(number)) => match u16::try_from(number) {
                Ok(port) if port != 0 => Ok(Some(port)),
                _ => Err(self.refuse(field, "must be a TCP port from 1 to 65535")),
            },
            Some(other) => Err(self.wrong_type(field, "a number", &other)),
        }
    }

    /// A small whole number within these bounds, both included, if it is there.
    pub(crate) fn optional_number(
        &mut self,
        field: &str,
        least: u32,
        most: u32,
    ) -> Result<Option<u32>, Problem> {
        let number = self.optional_integer(field, i64::from(least)..=i64::from(most))?;
        // What lies within the bounds fits.
        Ok(number.and_then(|number| u32::try_from(number).ok()))
    }

    /// Whether a field is there and says `null`.
    pub(crate) fn is_null(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, value)| name == field && matches!(value, Value::Null))
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, value)| name == field && !matches!(value, Value::Null))
    }

    /// A list of texts; empty if it is not there.
    pub(crate) fn texts(&mut self, field: &str) -> Result<Vec<String>, Problem> {
        let entries = self.list(field)?;
        let mut texts = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            match entry {
                Value::Text(text) => texts.push(text),
                other => {
                    return Err(self.wrong_type(&format!("{field}[{index}]"), "a text", &other));
                }
            }
        }
        Ok(texts)
    }

    /// A list of objects; empty if it is not there.
    pub(crate) fn objects(&mut self, field: &str) -> Result<Vec<Self>, Problem> {
        let entries = self.list(field)?;
        let described = self.described(field).map_or(&[][..], Field::inner);
        let mut objects = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            match entry {
                Value::Object(fields) => {
                    let path = format!("{}{field}[{index}].", self.path);
                    objects.push(Self { path, fields, described, asked: 0 });
                }
                other => {
                    return Err(self.wrong_type(&format!("{field}[{index}]"), "an object", &other));
                }
            }
        }
        Ok(objects)
    }

    /// Refuses every field that was not taken.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        for (index, field) in self.described.iter().enumerate() {
            let asked = self.asked & (1 << index) != 0;
            debug_assert!(asked, "{}{} is described but never read", self.path, field.name);
        }
        match self.fields.first() {
            None => Ok(()),
            Some((name, _)) => Err(self.refuse(&shortened(name), "is not a field of this request")),
        }
    }

    /// A refusal of one field, with its place in the body.
    pub(crate) fn refuse(&self, field: &str, sentence: &str) -> Problem {
        Problem::invalid_field(&format!("{}{field}", self.path), sentence)
    }

    fn refused(&self, field: &str, error: &Error) -> Problem {
        let message = error.message();
        let sentence = error
            .field()
            .and_then(|name| message.strip_prefix(name)?.strip_prefix(": "))
            .unwrap_or(&message);
        self.refuse(field, sentence)
    }

    fn wrong_type(&self, field: &str, wanted: &str, found: &Value) -> Problem {
        self.refuse(field, &format!("must be {wanted}, not {}", found.kind()))
    }

    /// What the description says of a field.
    fn described(&self, field: &str) -> Option<&'static Field> {
        self.described.iter().find(|described| described.name == field)
    }

    /// Takes a field out; `null` counts as absent.
    fn take(&mut self, field: &str) -> Option<Value> {
        let described = self.described.iter().position(|described| described.name == field);
        debug_assert!(described.is_some(), "{}{field} is read but not described", self.path);
        self.asked |= described.map_or(0, |index| 1 << index);
        let index = self.fields.iter().position(|(name, _)| name == field)?;
        match self.fields.swap_remove(index).1 {
            Value::Null => None,
            value => Some(value),
        }
    }

    fn list(&mut self, field: &str) -> Result<Vec<Value>, Problem> {
        match self.take(field) {
            None => Ok(Vec::new()),
            Some(Value::List(entries)) => Ok(entries),
            Some(other) => Err(self.wrong_type(field, "a list", &other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INNER: &[Field] = &[];
    const FIELDS: &[Field] = &[
        Field::text("t", ""),
        Field::text("none", ""),
        Field::bool("b", ""),
        Field::integer("p", "", 1, 65_535),
        Field::texts("l", ""),
        Field::objects("o", "", INNER),
    ];

    fn parse(body: &[u8]) -> Result<Object, Problem> {
        Object::parse(body, FIELDS)
    }

    fn refusal<T>(answer: Result<T, Problem>) -> String {
        match answer {
            Ok(_) => "accepted".to_owned(),
            Err(problem) => problem.message().to_owned(),
        }
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        let cases: &[(&[u8], &str)] = &[
            (b"", "the body is not valid JSON: EOF while parsing a value at line 1 column 0"),
            (b"{", "the body is not valid JSON: EOF while parsing an object at line 1 column 1"),
            (b"{} {}", "the body is not valid JSON: trailing characters at line 1 column 4"),
            (b"{\"a\":1,}", "the body is not valid JSON: trailing comma at line 1 column 8"),
            (b"[1]", "the body must be a JSON object, not a list"),
            (b"null", "the body must be a JSON object, not null"),
            (b"\"\xff\"", "the body is not valid UTF-8 from its byte 2 on"),
            (b"{\"t\":\"\xff\"}", "t: is not valid UTF-8"),
        ];
        for (body, sentence) in cases {
            assert_eq!(refusal(parse(body)), *sentence);
        }
    }

    #[test]
    fn duplicates_depth_and_excess_name_their_place() {
        assert_eq!(
            refusal(parse(br#"{"a":[{"b":1,"b":2}]}"#)),
            "a[0].b: is given twice at line 1 column 16"
        );
        let deep = format!("{}1{}", "{\"a\":".repeat(9), "}".repeat(9));
        assert!(refusal(parse(deep.as_bytes())).starts_with("the body nests deeper"));
        let many = format!("{{\"a\":[1{}]}}", ",1".repeat(1000));
        assert!(refusal(parse(many.as_bytes())).starts_with("a: has more than 1000"));
        let very_deep = "[".repeat(100_000);
        assert!(refusal(parse(very_deep.as_bytes())).starts_with("the body nests deeper"));
    }

    #[test]
    fn fields_are_taken_by_type_and_the_rest_is_refused() {
        let body = br#"{"t":"x","b":true,"p":7,"l":["a"],"o":[{"n":1}],"none":null}"#;
        let mut object = parse(body).unwrap_or_else(|p| panic!("{}", p.message()));
        assert_eq!(refusal(object.text("none")), "none: is required");
        assert_eq!(refusal(object.text("b")), "b: must be a text, not a boolean");
        assert_eq!(refusal(object.optional_bool("t")), "t: must be true or false, not a text");
        assert_eq!(object.optional_port("p").ok().flatten(), Some(7));
        assert_eq!(object.texts("l").ok(), Some(vec!["a".to_owned()]));
        let mut inner = object.objects("o").ok().and_then(|mut list| list.pop());
        let inner = inner.take().unwrap_or_else(|| panic!("the inner object is there"));
        assert_eq!(refusal(inner.finish()), "o[0].n: is not a field of this request");
        assert_eq!(refusal(object.finish()), "accepted");
    }

    #[test]
    fn ports_are_whole_and_in_range() {
        const PORT: &[Field] = &[Field::integer("port", "", 1, 65_535)];
        for port in ["0", "65536", "-1", "1.5", "99999999999999999999"] {
            let body = format!("{{\"port\":{port}}}");
            let mut object =
                Object::parse(body.as_bytes(), PORT).unwrap_or_else(|p| panic!("{}", p.message()));
            assert!(object.optional_port("port").is_err(), "{port}");
        }
    }

    #[test]
    #[should_panic(expected = "extra is read but not described")]
    fn a_field_that_is_read_must_be_described() {
        let _ = parse(b"{}").map(|mut object| object.optional_text("extra").is_ok());
    }

    #[test]
    #[should_panic(expected = "t is described but never read")]
    fn a_field_that_is_described_must_be_read() {
        let _ = parse(b"{}").and_then(Object::finish);
    }
}
