//! Where a value of JSON ends, and whether it is one.
//!
//! Values are looked over, eight bytes at a time where that goes, and nothing is made of them.
//! [`checked`] takes nothing that is no JSON; [`trusted`] is for what was checked before, and only
//! looks for the end. Neither takes what is too deep: whoever calls has another reader for that,
//! which also says what is wrong.

/// How deep lists and objects may be in each other.
const DEPTH: u32 = 64;

/// The end of the value that begins here; `None` if it is no JSON, or too deep.
pub fn checked(text: &[u8], mut at: usize) -> Option<usize> {
    let mut open = Open::default();
    loop {
        at = space(text, at);
        let first = *text.get(at)?;
        at = match first {
            b'[' | b'{' => {
                at = space(text, at + 1);
                // Brackets close with what is two above.
                if *text.get(at)? != first + 2 {
                    open.push(first == b'{')?;
                    at = if first == b'{' { name(text, at)?.1 } else { at };
                    continue;
                }
                at + 1
            }
            b'"' => string(text, at + 1)?,
            b'-' | b'0'..=b'9' if open.last() == Some(false) => numbers(text, at)?,
            b'-' | b'0'..=b'9' => number(text, at)?,
            b't' => literal(text, at, b"true")?,
            b'f' => literal(text, at, b"false")?,
            b'n' => literal(text, at, b"null")?,
            _ => return None,
        };
        loop {
            let Some(is_object) = open.last() else { return Some(at) };
            at = space(text, at);
            match (*text.get(at)?, is_object) {
                (b',', true) => {
                    at = name(text, space(text, at + 1))?.1;
                    break;
                }
                (b',', false) => {
                    at += 1;
                    break;
                }
                (b'}', true) | (b']', false) => {
                    at += 1;
                    open.pop();
                }
                _ => return None,
            }
        }
    }
}

/// The end of the value that begins here, of a text that was checked.
pub fn trusted(text: &[u8], mut at: usize) -> Option<usize> {
    match *text.get(at)? {
        b'"' => return string(text, at + 1),
        b'[' | b'{' => {}
        _ => {
            let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t'..=b'\r');
            let rest = text.get(at..)?;
            return Some(at + rest.iter().position(is_end).unwrap_or(rest.len()));
        }
    }
    let mut depth = 0_usize;
    loop {
        at = find(text, at, |byte| {
            // Brackets and braces differ in one bit.
            let folded = byte | (b'{' ^ b'[');
            u8::from(folded == b'{') | u8::from(folded == b'}') | u8::from(byte == b'"')
        })?;
        match text[at] {
            b'"' => {
                at = string(text, at + 1)?;
                continue;
            }
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => return None,
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The end of the space that may be here.
pub fn space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\n' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

/// The end of the name that begins here, quotes included, and where its value may begin.
pub fn name(text: &[u8], at: usize) -> Option<(usize, usize)> {
    if *text.get(at)? != b'"' {
        return None;
    }
    let end = string(text, at + 1)?;
    let colon = space(text, end);
    (*text.get(colon)? == b':').then_some((end, colon + 1))
}

/// The end of the digits that may be here.
pub fn digits(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.get(at..).and_then(|rest| rest.first_chunk()) {
        let others = others(u64::from_le_bytes(*eight));
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while text.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// Marks the bytes that are no digits, in their highest bits.
pub(crate) const fn others(word: u64) -> u64 {
    const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
    // What is above nine reaches the highest bit.
    const ABOVE: u64 = u64::from_le_bytes([0x7f - 9; 8]);
    let value = word ^ ZEROS;
    (((value & LOW) + ABOVE) | value) & !LOW
}

/// The end of the number that begins here, and of those that follow it in its list.
fn numbers(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let end = number(text, at)?;
        let Some(&[b',', first, second]) = text.get(end..end + 3) else { return Some(end) };
        let next = if first == b' ' { second } else { first };
        // With a dot and a slash, which no number begins with: one question is enough.
        if !(b'-'..=b'9').contains(&next) {
            return Some(end);
        }
        at = end + 1 + usize::from(first == b' ');
    }
}

fn number(text: &[u8], at: usize) -> Option<usize> {
    // Whether a number is negative cannot be foreseen, so nothing branches on it.
    let at = at + usize::from(text[at] == b'-');
    let mut at = match *text.get(at)? {
        b'0' => at + 1,
        b'1'..=b'9' => digits(text, at + 1),
        _ => return None,
    };
    if text.get(at) == Some(&b'.') {
        at = some_digits(text, at + 1)?;
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let signed = matches!(text.get(at + 1), Some(b'+' | b'-'));
        at = some_digits(text, at + 1 + usize::from(signed))?;
    }
    Some(at)
}

fn some_digits(text: &[u8], at: usize) -> Option<usize> {
    Some(digits(text, at)).filter(|&end| end > at)
}

/// The end of the text whose first quote is before this place.
fn string(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at = find(text, at, |byte| {
            u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte < b' ')
        })?;
        at = match (text[at], text.get(at + 1)) {
            (b'"', _) => return Some(at + 1),
            (b'\\', Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')) => at + 2,
            (b'\\', Some(b'u')) => {
                let code = text.get(at + 2..at + 6)?;
                code.iter().all(u8::is_ascii_hexdigit).then_some(at + 6)?
            }
            _ => return None,
        }
    }
}

fn literal(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    text.get(at..)?.starts_with(word).then_some(at + word.len())
}

/// The first place from here with such a byte, for which the answer is not zero: many are looked at
/// in one go, which takes a question without branches.
fn find(text: &[u8], mut at: usize, is_one: impl Fn(u8) -> u8) -> Option<usize> {
    while let Some(bytes) = text.get(at..).and_then(|rest| rest.first_chunk::<32>()) {
        if bytes.iter().fold(0, |any, &byte| any | is_one(byte)) != 0 {
            break;
        }
        at += 32;
    }
    let place = text.get(at..)?.iter().position(|&byte| is_one(byte) != 0)?;
    Some(at + place)
}

/// Which lists and objects are open, as bits.
#[derive(Default)]
struct Open {
    depth: u32,
    objects: u64,
}

impl Open {
    fn push(&mut self, is_object: bool) -> Option<()> {
        self.depth += 1;
        self.objects = self.objects << 1 | u64::from(is_object);
        (self.depth <= DEPTH).then_some(())
    }

    const fn last(&self) -> Option<bool> {
        if self.depth == 0 { None } else { Some(self.objects & 1 != 0) }
    }

    const fn pop(&mut self) {
        self.depth -= 1;
        self.objects >>= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    /// Whether the whole is JSON, as both readers see it.
    fn agree(text: &str) -> bool {
        let end = checked(text.as_bytes(), 0).map(|end| space(text.as_bytes(), end));
        let ours = end == Some(text.len());
        let theirs = serde_json::from_str::<&RawValue>(text);
        assert_eq!(ours, theirs.is_ok(), "{text}");
        if let Ok(raw) = theirs {
            let from = space(text.as_bytes(), 0);
            let end = from + raw.get().len();
            assert_eq!(checked(text.as_bytes(), from), Some(end), "{text}");
            assert_eq!(trusted(text.as_bytes(), from), Some(end), "{text}");
        }
        ours
    }

    const GOOD: &[&str] = &[
        "0",
        "-0",
        "10",
        "1.5",
        "-1.25e10",
        "1E+5",
        "1e-05",
        "123456789012345678901234567890",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\\n\\u00e9\\ud800\"",
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[1,2 , 3]",
        " [1] ",
        "{\"a\":1}",
        "{ \"a\" : [ {} , [] ] , \"b\" : \"]\" }",
        "\"a longer text with \\\" and [ { in it, of more than 16 bytes\"",
        "{\"a]\":{\"b}\":[[[\"}\\\\\"]]]}}",
        "\t\n\r1",
        "[[1,2],[3,4]]",
        "\"\u{7f}\u{e9}\"",
    ];
    const BAD: &[&str] = &[
        "",
        " ",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "1e+",
        "--1",
        "1_0",
        "0x1",
        "NaN",
        "Infinity",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "[",
        "]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "1 1",
        "[1]]",
        "'a'",
        "12345678a",
        "1234567\u{e9}",
        "{\"a\" 1}",
        "\u{b}1",
        "[1\u{c}]",
        "1.12345678.1",
        "\"\\",
        "[1,\u{a0}2]",
    ];

    #[test]
    fn what_is_taken_is_what_the_other_reader_takes() {
        for good in GOOD {
            assert!(agree(good), "{good}");
        }
        for bad in BAD {
            assert!(!agree(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_too_deep_is_left_to_others() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(checked(nested(64).as_bytes(), 0).is_some());
        assert!(checked(nested(65).as_bytes(), 0).is_none());
        assert_eq!(trusted(nested(65).as_bytes(), 0), Some(131));
        assert!(checked("[".repeat(1 << 20).as_bytes(), 0).is_none());
    }

    proptest! {
        #[test]
        fn random_texts_are_taken_by_both_or_neither(
            parts in prop::collection::vec(prop::sample::select(vec![
                "[", "]", "{", "}", ",", ":", "\"", "\\", "\\u00e9", "a", "0", "1", "12345678",
                "-", "+", ".", "e", "E", " ", "\n", "true", "null", "\"a\"", "\"a\":", "\u{1}", "é",
            ]), 0..24)
        ) {
            agree(&parts.concat());
        }

        #[test]
        fn a_document_with_one_byte_changed_is_taken_by_both_or_neither(
            place in 0_usize..100, byte in 0_u8..128,
        ) {
            let text = br#"{"data":[[0.125,-1.5e-3,12345678.5],[1,2]],"n":{"a":[true,null,"x\"y"]}}"#;
            let mut text = text.to_vec();
            let place = place % text.len();
            text[place] = byte;
            agree(std::str::from_utf8(&text).unwrap());
        }
    }
}
