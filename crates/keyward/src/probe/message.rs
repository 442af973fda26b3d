//! The answer to `GetVersion`, read.

/// A field of a protobuf message.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// What a Milvus says in its answer to `GetVersion`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Why it does not tell, if it does not.
    pub(super) refused: Option<String>,
    /// Its version; may be empty.
    pub(super) version: String,
}

/// Reads `{ status: { error_code = 1, reason = 2, code = 3 } = 1, version = 2 }`; `None` if this is
/// no message.
pub(super) fn answer(bytes: &[u8]) -> Option<Answer> {
    let mut found = Answer::default();
    for field in fields(bytes) {
        match field? {
            (1, Value::Bytes(bytes)) => found.refused = refusal(bytes)?,
            (2, Value::Bytes(text)) => found.version = plain(text),
            _ => {}
        }
    }
    Some(found)
}

/// The reason in a status, if it is one of a refusal; `None` outside if this is no message.
#[expect(clippy::option_option, reason = "unreadable and not refused are different answers")]
fn refusal(status: &[u8]) -> Option<Option<String>> {
    let (mut refused, mut reason) = (false, String::new());
    for field in fields(status) {
        match field? {
            (1 | 3, Value::Number(code)) => refused |= code != 0,
            (2, Value::Bytes(text)) => reason = plain(text),
            _ => {}
        }
    }
    Some(refused.then_some(reason))
}

/// Text of a stranger, made fit for a line of a table.
pub(super) fn plain(text: &[u8]) -> String {
    const MOST: usize = 200;
    String::from_utf8_lossy(text).chars().filter(|c| !c.is_control()).take(MOST).collect()
}

/// The fields of a message; the last one is `None` if it breaks off or is none.
fn fields(mut rest: &[u8]) -> impl Iterator<Item = Option<(u64, Value<'_>)>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let field = field(&mut rest);
        if field.is_none() {
            rest = &[];
        }
        Some(field)
    })
}

fn field<'a>(rest: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let tag = number(rest)?;
    let length = match tag & 7 {
        0 => return Some((tag >> 3, Value::Number(number(rest)?))),
        1 => 8,
        2 => usize::try_from(number(rest)?).ok()?,
        5 => 4,
        _ => return None,
    };
    Some((tag >> 3, Value::Bytes(rest.split_off(..length)?)))
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_refusal_are_read_past_fields_nobody_knows() {
        // status {}, version "v2.3.5", field 9 of every kind
        let fine = b"\x0a\x00\x12\x06v2.3.5\x48\x80\x01\x49\0\0\0\0\0\0\0\0\x4d\0\0\0\0\x4a\x01x";
        let answered = answer(fine).unwrap();
        assert_eq!(answered, Answer { refused: None, version: "v2.3.5".into() });
        let refused = answer(b"\x0a\x08\x08\x01\x12\x04no\x1b!").unwrap();
        assert_eq!(refused.refused.as_deref(), Some("no!"), "without its control character");
        let new_code_only = answer(b"\x0a\x02\x18\x05").unwrap();
        assert_eq!(new_code_only.refused.as_deref(), Some(""));
        assert_eq!(answer(b"").unwrap(), Answer::default());
    }

    #[test]
    fn what_breaks_off_is_no_message() {
        for bad in [&b"\x12"[..], b"\x12\x05abc", b"\x0a\x02\x08", b"\x0b", &[0xff; 20]] {
            assert_eq!(answer(bad), None, "{bad:?}");
        }
    }
}
