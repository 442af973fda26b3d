//! What came back.

use http2::frame::Reason;

/// The answer to one call.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// All fields of the first header block, `:status` included.
    pub head: Vec<(String, Vec<u8>)>,
    /// The body as it came, gRPC's heads included.
    pub body: Vec<u8>,
    /// All fields of the last header block; empty if there was only one.
    pub trailers: Vec<(String, Vec<u8>)>,
    /// Why the server gave the stream up, if it did.
    pub reset: Option<Reason>,
}

impl Answer {
    /// The first field with this name, in the trailers or the head.
    pub fn field(&self, name: &str) -> Option<&str> {
        let all = self.trailers.iter().chain(&self.head);
        let (_, value) = all.into_iter().find(|(n, _)| n == name)?;
        std::str::from_utf8(value).ok()
    }

    /// The HTTP status.
    pub fn status(&self) -> Option<u16> {
        self.field(":status")?.parse().ok()
    }

    /// The gRPC status.
    pub fn code(&self) -> Option<u32> {
        self.field("grpc-status")?.parse().ok()
    }

    /// The gRPC error text, as it is on the wire.
    pub fn text(&self) -> &str {
        self.field("grpc-message").unwrap_or_default()
    }

    /// The messages in the body, without gRPC's heads; a broken one ends the list.
    pub fn messages(&self) -> Vec<&[u8]> {
        let mut rest = self.body.as_slice();
        let mut messages = Vec::new();
        while let Some((&[_, l0, l1, l2, l3], after)) = rest.split_first_chunk::<5>() {
            let length = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
            let Some((message, next)) = after.split_at_checked(length) else {
                break;
            };
            messages.push(message);
            rest = next;
        }
        messages
    }
}

/// An answer that is arriving.
pub(super) struct Arriving {
    pub(super) answer: Answer,
    /// What the server lets us send on the stream.
    pub(super) window: i64,
    over: bool,
}

impl Arriving {
    pub(super) fn new(window: i64) -> Self {
        Self { answer: Answer::default(), window, over: false }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn fields(&mut self, fields: Vec<(String, Vec<u8>)>, end: bool) {
        if self.answer.head.is_empty() {
            self.answer.head = fields;
        } else {
            self.answer.trailers = fields;
        }
        self.over |= end;
    }

    pub(super) fn data(&mut self, bytes: &[u8], end: bool) {
        self.answer.body.extend_from_slice(bytes);
        self.over |= end;
    }

    pub(super) fn reset(&mut self, reason: Reason) {
        self.answer.reset = Some(reason);
        self.over = true;
    }

    pub(super) fn into_answer(self) -> Answer {
        self.answer
    }
}
