//! Bodies over REST: what is taken for JSON, and the numbers that are read from it.
//!
//! The bytes are a text. Whatever is taken is taken by `serde_json` as well, and the other way
//! round but for what is very deep; and lists of numbers have the floats that are nearest to them.

use rest::{numbers, skim};
use serde_json::value::RawValue;

/// Nothing is taken that is no JSON, and every number is what it says.
pub(crate) fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let start = skim::space(data, 0);
    let end = skim::checked(data, start).filter(|&end| skim::space(data, end) == data.len());
    let theirs = serde_json::from_str::<&RawValue>(text);
    match (end, &theirs) {
        (Some(end), Ok(raw)) => {
            assert_eq!(raw.get(), &text[start..end]);
            assert_eq!(skim::trusted(data, start), Some(end));
        }
        (None, Ok(raw)) => assert!(depth(raw.get()) > 64, "valid, and not taken"),
        (Some(_), Err(error)) => panic!("taken, and not valid: {error}"),
        (None, Err(_)) => {}
    }
    list(data, text, start);
}

/// How deep the text may be: brackets within strings count, which is on the safe side.
fn depth(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count()
}

fn list(data: &[u8], text: &str, start: usize) {
    let mut floats = Vec::new();
    let end = numbers::list(data, start, &mut floats);
    let end = end.filter(|&end| skim::space(data, end) == data.len());
    let items = serde_json::from_str::<Vec<&RawValue>>(text);
    let numbers = items.ok().and_then(|items| {
        let is_number = |text: &str| text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let read = |item: &RawValue| {
            let text = Some(item.get()).filter(|text| is_number(text))?;
            text.parse().ok()
        };
        items.into_iter().map(read).collect::<Option<Vec<f32>>>()
    });
    let numbers = numbers.filter(|numbers| numbers.iter().all(|number| number.is_finite()));
    let ours = end.map(|_| floats);
    if let Some((lists, end)) = numbers::lists(data, start) {
        assert_eq!(skim::trusted(data, start), Some(end));
        let rows: Vec<Vec<f64>> = serde_json::from_str(&text[start..end]).unwrap();
        assert!(rows.iter().all(|row| row.len() == lists.length));
        assert_eq!(rows.concat().len(), lists.floats.len());
    }
    let bits = |floats: Vec<f32>| floats.into_iter().map(f32::to_bits).collect::<Vec<_>>();
    assert_eq!(ours.map(bits), numbers.map(bits));
}
