//! Bytes that are no UTF-8: a refusal that names the field they stand in.
//!
//! A reader of JSON stops where the text stops, without saying in which field that was. So a mark
//! is put in the place of what cannot be read, and the field that has the mark is the one to name.
//! This must never let the marked text be used.

use super::problem::Problem;
use super::value::{Value, read, shortened};

/// Where marks are taken from: a range of characters that have no meaning of their own.
const MARKS: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{e0ff}';

/// The text, or which field of the JSON body is none.
pub(super) fn text(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body).map_err(|error| refusal(body, error.valid_up_to()))
}

/// The refusal of a body whose text stops there.
fn refusal(body: &[u8], stop: usize) -> Problem {
    let sentence = "is not valid UTF-8";
    match field(body, stop) {
        Some(place) => Problem::invalid_field(&place, sentence),
        None => Problem::invalid(format!("the body {sentence} from its byte {} on", stop + 1)),
    }
}

/// The field in which the text stops; `None` if the rest makes no sense either.
fn field(body: &[u8], stop: usize) -> Option<String> {
    let (before, after) = (body.get(..stop)?, body.get(stop + 1..)?);
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let mut marks = MARKS;
    let mark = marks.find(|&mark| !before.contains(mark) && !after.contains(mark))?;
    let found = place(&read(&format!("{before}{mark}{after}")).ok()?, mark, String::new());
    found.filter(|place| !place.is_empty())
}

/// The path of the text or of the name with the mark.
fn place(value: &Value, mark: char, path: String) -> Option<String> {
    match value {
        Value::Text(text) => text.contains(mark).then_some(path),
        Value::List(entries) => entries
            .iter()
            .enumerate()
            .find_map(|(index, entry)| place(entry, mark, format!("{path}[{index}]"))),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let dot = if path.is_empty() { "" } else { "." };
            let shown = shortened(&name.replace(mark, "\u{fffd}"));
            let inner = format!("{path}{dot}{shown}");
            if name.contains(mark) { Some(inner) } else { place(value, mark, inner) }
        }),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::OtherNumber => None,
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    fn refusal(body: &[u8]) -> String {
        text(body).map_or_else(|problem| problem.message().to_owned(), |_| "accepted".to_owned())
    }

    #[test]
    fn the_field_is_named() {
        let cases: &[(&[u8], &str)] = &[
            (b"{\"name\":\"a\xffb\"}", "name: is not valid UTF-8"),
            (b"{\"a\":\"\xc3\xa9\",\"b\":\"\xc3\"}", "b: is not valid UTF-8"),
            (b"{\"l\":[\"x\",\"\xf0\x9f\x92\"]}", "l[1]: is not valid UTF-8"),
            (b"{\"o\":[{\"in\":{\"n\":\"\xed\xa0\x80\"}}]}", "o[0].in.n: is not valid UTF-8"),
            (b"{\"na\xffme\":1}", "na\u{fffd}me: is not valid UTF-8"),
            ("{\"a\":\"\u{e000}\",\"b\":\"".as_bytes(), "accepted"),
        ];
        for (body, sentence) in cases {
            assert_eq!(refusal(body), *sentence);
        }
        let mut taken = "{\"a\":\"\u{e000}\",\"b\":\"".as_bytes().to_vec();
        taken.extend(b"\xff\"}");
        assert_eq!(refusal(&taken), "b: is not valid UTF-8", "a mark is one that is not there");
    }

    #[test]
    fn without_a_field_the_byte_is_named() {
        for body in [&b"\xff"[..], b"\xff{}", b"{\"a\":\xff}", b"{\"a\":\"\xff", b"\"\xff\""] {
            let stop = body.iter().position(|&byte| byte == 0xff).map_or(0, |place| place + 1);
            let sentence = format!("the body is not valid UTF-8 from its byte {stop} on");
            assert_eq!(refusal(body), sentence);
        }
    }
}
