//! An answer of the gateway: what its header fields say of the call, and the body.
//!
//! Only the few fields that matter are kept. To keep one more: its name in [`Fields::take`].

use http::HeaderValue;
use milvus::metadata::SCHEMAS;

/// What was answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    status: Option<Status>,
    /// By which state of the schemas the answer was given, as the gateway says it.
    pub(crate) schemas: Option<HeaderValue>,
    pub(crate) body: Vec<u8>,
}

#[derive(Debug)]
struct Status {
    /// `None` if it is no number.
    number: Option<u32>,
    text: Vec<u8>,
}

/// What a header block says.
#[derive(Debug, Default)]
pub(super) struct Fields {
    is_interim: bool,
    /// The first one, if it comes more than once.
    status: Option<Status>,
    text: Option<Vec<u8>>,
    /// The last one: the gateway's own comes after whatever an engine says.
    schemas: Option<HeaderValue>,
}

impl Fields {
    /// Takes one field.
    pub(super) fn take(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b":status" => self.is_interim = value.starts_with(b"1"),
            b"grpc-status" => {
                let number = || str::from_utf8(value).ok()?.parse().ok();
                let status = || Status { number: number(), text: Vec::new() };
                self.status.get_or_insert_with(status);
            }
            b"grpc-message" => {
                self.text.get_or_insert_with(|| value.to_vec());
            }
            _ if name == SCHEMAS.as_bytes() => self.schemas = HeaderValue::from_bytes(value).ok(),
            _ => {}
        }
    }

    /// Whether the answer's own head is still to come.
    pub(super) const fn is_interim(&self) -> bool {
        self.is_interim
    }
}

impl Answer {
    /// Hears what its head says, or what comes after its body: the status is where there is one,
    /// and what is said last counts.
    pub(super) fn hear(&mut self, fields: Fields, is_head: bool) {
        if let Some(Status { number, .. }) = fields.status {
            self.status = Some(Status { number, text: fields.text.unwrap_or_default() });
        }
        if is_head {
            self.schemas = fields.schemas;
        }
    }

    /// The gRPC status; `None` if there is none that can be read.
    pub(crate) fn status(&self) -> Option<(u32, String)> {
        let status = self.status.as_ref()?;
        Some((status.number?, percent_decode(&status.text)))
    }
}

/// Reads a text as gRPC carries it in `grpc-message`; what is no escape stands for itself.
fn percent_decode(mut text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    while let Some((&byte, rest)) = text.split_first() {
        let escaped = rest.get(..2).filter(|_| byte == b'%');
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            out.push(byte);
            text = &rest[2..];
        } else {
            out.push(byte);
            text = rest;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_grpc_are_read() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a%20b%C3%A9", "a b\u{e9}"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(percent_decode(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_status_is_taken_from_where_it_is() {
        let heard = |head: &[(&str, &str)], end: Option<&[(&str, &str)]>| {
            let mut answer = Answer::default();
            for (fields, is_head) in [(Some(head), true), (end, false)] {
                let Some(given) = fields else { continue };
                let mut fields = Fields::default();
                for (name, value) in given {
                    fields.take(name.as_bytes(), value.as_bytes());
                }
                answer.hear(fields, is_head);
            }
            answer.status()
        };
        let status = |number: &'static str| [("grpc-status", number)];
        assert_eq!(heard(&status("7"), None), Some((7, String::new())));
        assert_eq!(heard(&[], Some(&status("0"))), Some((0, String::new())));
        assert_eq!(heard(&status("5"), Some(&[])), Some((5, String::new())));
        assert_eq!(heard(&status("5"), Some(&status("x"))), None);
        assert_eq!(heard(&status("x"), None), None);
        assert_eq!(heard(&[], None), None);
        let twice = [("grpc-status", "3"), ("grpc-message", "a%20b"), ("grpc-status", "0")];
        assert_eq!(heard(&twice, None), Some((3, "a b".to_owned())));
    }

    #[test]
    fn the_gateways_own_word_on_schemas_comes_last_and_in_the_head() {
        let mut answer = Answer::default();
        for (value, is_head) in [("1.2", true), ("9.9", false)] {
            let mut fields = Fields::default();
            fields.take(SCHEMAS.as_bytes(), b"7.7");
            fields.take(SCHEMAS.as_bytes(), value.as_bytes());
            answer.hear(fields, is_head);
        }
        assert_eq!(answer.schemas.unwrap(), "1.2");
    }
}
