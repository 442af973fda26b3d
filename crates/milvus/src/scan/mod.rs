//! The names in a request body, read while the body streams by in pieces of any size.
//!
//! Only the top level of the message is walked, and one kind of nested message if the request has
//! names there; whatever else has a length is skipped by it, so the cost does not grow with the
//! data. The whole level is walked, never just to the first hit, because parsers take the last of
//! several; and what parsers might read differently from each other (repeated names, groups,
//! numbers longer than need be, compression) is refused. This module must never change or hold back
//! a body. To capture one more name: a field in [`Fields`], its place in `Fields::wanted`, and its
//! check in the tests.

mod error;
mod fields;
mod name;
mod number;

pub use error::ScanError;
pub use fields::Fields;
pub use name::{MAX_NAME_LEN, MAX_NAMES, NameList, Names};

use fields::Purpose;
use name::{Capture, Found};
use number::Number;

/// The longest message that is read: what Milvus and Milvus Lite send and receive at most.
pub const MAX_MESSAGE_LEN: u32 = 256 * 1024 * 1024;

/// Length of what gRPC puts before every message: a flag and four bytes of length.
const PREFIX_LEN: u8 = 5;

/// Walks one request body.
#[derive(Debug)]
pub struct Scanner {
    fields: Fields,
    limit: u32,
    state: State,
    number: Number,
    /// Bytes of the current message from here to its end.
    left: u32,
    /// In a nested message: bytes of the one around it that follow.
    around: Option<u32>,
    messages: u32,
    found: Found,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before a message, with so many bytes of the prefix read, and the length as far as read.
    Prefix { read: u8, length: u32 },
    /// Before a field.
    Tag,
    /// In a field that is a number.
    Value(Purpose),
    /// Before the length of a field.
    Length(Purpose),
    /// In a field that nobody asked for, with so many bytes to go.
    Skip(u32),
    /// In a name, with so many bytes to go.
    Name(Capture, u32),
    /// Before a nested message of this length that has names.
    Enter(u32),
    /// Beyond hope.
    Failed(ScanError),
}

impl Scanner {
    /// A scanner for one request, which has its names in these fields.
    pub const fn new(fields: &Fields) -> Self {
        Self {
            fields: *fields,
            limit: MAX_MESSAGE_LEN,
            state: State::Prefix { read: 0, length: 0 },
            number: Number::NONE,
            left: 0,
            around: None,
            messages: 0,
            found: Found::NOTHING,
        }
    }

    /// Begins anew with another request; memory that names needed is kept for its names.
    pub fn restart(&mut self, fields: &Fields) {
        self.fields = *fields;
        self.state = State::Prefix { read: 0, length: 0 };
        self.number = Number::NONE;
        self.left = 0;
        self.around = None;
        self.messages = 0;
        self.found.clear();
    }

    /// Refuses messages longer than this many bytes.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.limit = limit;
        self
    }

    /// Takes the next piece of the body.
    ///
    /// # Errors
    /// What is wrong with the body. The scanner keeps to it from then on.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), ScanError> {
        while !bytes.is_empty() {
            let walked = match self.state {
                State::Failed(error) => Err(error),
                State::Prefix { read, length } => self.prefix(read, length, bytes),
                _ => self.message(bytes),
            };
            match walked {
                Ok(length) => bytes = &bytes[length..],
                Err(error) => {
                    self.state = State::Failed(error);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The body has ended: the names in it.
    ///
    /// # Errors
    /// What is wrong with the body, or that it ends too early.
    pub fn finish(&self) -> Result<Names<'_>, ScanError> {
        match self.state {
            State::Failed(error) => Err(error),
            State::Prefix { read: 0, .. } if self.messages > 0 => self.found.names(),
            State::Prefix { read: 0, .. } => Err(ScanError::NoMessage),
            _ => Err(ScanError::Truncated),
        }
    }

    /// Bytes of lists of names that it keeps.
    pub fn held(&self) -> usize {
        self.found.held()
    }

    /// Whether everything that was fed so far is whole messages, one at least.
    pub const fn is_whole(&self) -> bool {
        matches!(self.state, State::Prefix { read: 0, .. }) && self.messages > 0
    }

    /// The names in what was fed so far; `None` within a name, and when something is wrong. More
    /// names may follow.
    pub fn so_far(&self) -> Option<Names<'_>> {
        match self.state {
            State::Name(..) | State::Failed(_) => None,
            _ => self.found.names().ok(),
        }
    }

    /// What is before a message, of which so much is read; says how far it goes in this piece.
    fn prefix(&mut self, read: u8, mut length: u32, bytes: &[u8]) -> Result<usize, ScanError> {
        if read == 0 {
            if self.messages > 0 && !self.fields.several_messages {
                return Err(ScanError::SeveralMessages);
            }
            if bytes.first().is_some_and(|&flag| flag != 0) {
                return Err(ScanError::Compressed);
            }
        }
        let mut now = read;
        for &byte in bytes.iter().take(usize::from(PREFIX_LEN - read)) {
            // The flag is 0, so it does not disturb the length.
            length = length << 8 | u32::from(byte);
            now += 1;
        }
        self.state = State::Prefix { read: now, length };
        if now == PREFIX_LEN {
            if length > self.limit {
                return Err(ScanError::TooLarge(self.limit));
            }
            self.messages = self.messages.saturating_add(1);
            self.left = length;
            self.state =
                if length == 0 { State::Prefix { read: 0, length: 0 } } else { State::Tag };
        }
        Ok(usize::from(now - read))
    }

    /// Walks to the end of the message or of the piece, and says how far that was.
    fn message(&mut self, bytes: &[u8]) -> Result<usize, ScanError> {
        let (mut rest, beyond) = match bytes.split_at_checked(self.left as usize) {
            Some((rest, _)) => (rest, 0),
            None => (bytes, self.left - length(bytes)),
        };
        let walked = rest.len();
        while !rest.is_empty() {
            if matches!(self.state, State::Tag) && !self.number.is_begun() {
                self.whole_fields(&mut rest)?;
            }
            if let State::Enter(inner) = self.state {
                let before = walked - rest.len();
                self.enter(inner, beyond + length(rest))?;
                return Ok(before);
            }
            self.part(&mut rest)?;
        }
        if let State::Enter(inner) = self.state {
            self.enter(inner, beyond)?;
            return Ok(walked);
        }
        self.left = beyond;
        if beyond == 0 {
            self.end_message()?;
        }
        Ok(walked)
    }

    /// Goes into a nested message; so much of the one around it is left, the nested one included.
    fn enter(&mut self, inner: u32, left: u32) -> Result<(), ScanError> {
        self.around = Some(left.checked_sub(inner).ok_or(ScanError::Overrun)?);
        self.left = inner;
        self.state = State::Tag;
        Ok(())
    }

    /// The current message has ended: on with the one around it, or with the next.
    fn end_message(&mut self) -> Result<(), ScanError> {
        if !matches!(self.state, State::Tag) || self.number.is_begun() {
            return Err(ScanError::Overrun);
        }
        if let Some(left) = self.around.take() {
            self.found.leave();
            self.left = left;
        }
        if self.left == 0 {
            self.state = State::Prefix { read: 0, length: 0 };
        }
        Ok(())
    }

    /// Walks over the fields that lie whole in this piece, which is nearly all of them, and stops
    /// within the first that does not.
    fn whole_fields(&mut self, rest: &mut &[u8]) -> Result<(), ScanError> {
        self.state = loop {
            let Some(tag) = number::whole(rest)? else {
                break State::Tag;
            };
            let mut next = self.field(tag)?;
            if let State::Length(purpose) = next {
                let Some(number) = number::whole(rest)? else {
                    break next;
                };
                next = self.content(purpose, number)?;
            }
            match next {
                State::Value(purpose) => match number::whole(rest)? {
                    Some(value) => self.value(purpose, value),
                    None => break next,
                },
                State::Skip(to_go) => match rest.get(to_go as usize..) {
                    Some(tail) => *rest = tail,
                    None => break next,
                },
                State::Name(name, to_go) => match rest.split_at_checked(to_go as usize) {
                    Some((whole, tail)) => {
                        self.found.push(name, whole);
                        *rest = tail;
                    }
                    None => break next,
                },
                State::Enter(_) => break next,
                _ => {}
            }
        };
        Ok(())
    }

    /// Walks on within a field, as far as this piece goes.
    fn part(&mut self, rest: &mut &[u8]) -> Result<(), ScanError> {
        self.state = match self.state {
            State::Tag => match self.number.read(rest)? {
                Some(tag) => self.field(tag)?,
                None => State::Tag,
            },
            State::Value(purpose) => match self.number.read(rest)? {
                Some(value) => {
                    self.value(purpose, value);
                    State::Tag
                }
                None => State::Value(purpose),
            },
            State::Length(purpose) => match self.number.read(rest)? {
                Some(number) => self.content(purpose, number)?,
                None => State::Length(purpose),
            },
            State::Skip(to_go) => match to_go - length(take(rest, to_go)) {
                0 => State::Tag,
                to_go => State::Skip(to_go),
            },
            State::Name(name, to_go) => {
                let piece = take(rest, to_go);
                self.found.push(name, piece);
                match to_go - length(piece) {
                    0 => State::Tag,
                    to_go => State::Name(name, to_go),
                }
            }
            // Not within a field.
            State::Enter(_) | State::Prefix { .. } | State::Failed(_) => self.state,
        };
        Ok(())
    }

    /// What follows a field's tag.
    fn field(&mut self, tag: u64) -> Result<State, ScanError> {
        // A tag has 32 bits: 29 for the field's number and 3 for its kind.
        let tag = u32::try_from(tag).map_err(|_| ScanError::BadField)?;
        let number = tag >> 3;
        if number == 0 {
            return Err(ScanError::BadField);
        }
        let purpose = self.fields.wanted(number, self.around.is_some());
        match (tag & 7, purpose) {
            (2, Purpose::Name(name)) => {
                self.found.begin(name)?;
                Ok(State::Length(purpose))
            }
            (2, _) => Ok(State::Length(purpose)),
            (0, Purpose::Nothing | Purpose::Number) => Ok(State::Value(purpose)),
            (0, _) | (1 | 5, Purpose::Name(_) | Purpose::Inner | Purpose::Number) => {
                Err(ScanError::NotAName)
            }
            (1, _) => Ok(State::Skip(8)),
            (5, _) => Ok(State::Skip(4)),
            _ => Err(ScanError::BadKind),
        }
    }

    /// A field that is a number has this value.
    fn value(&mut self, purpose: Purpose, value: u64) {
        self.found.by_number |= purpose == Purpose::Number && value != 0;
    }

    /// What follows a field's length. One that reaches beyond the message is found at its end.
    fn content(&mut self, purpose: Purpose, length: u64) -> Result<State, ScanError> {
        let length = u32::try_from(length).map_err(|_| ScanError::Overrun)?;
        match purpose {
            Purpose::Nothing => {}
            Purpose::Name(name) => self.found.expect(name, length)?,
            // A list of numbers.
            Purpose::Number => self.found.by_number |= length > 0,
            Purpose::Inner => self.found.enter()?,
        }
        Ok(match (length, purpose) {
            (0, Purpose::Inner) => {
                self.found.leave();
                State::Tag
            }
            (0, _) => State::Tag,
            (_, Purpose::Inner) => State::Enter(length),
            (_, Purpose::Name(name)) => State::Name(name, length),
            (_, Purpose::Nothing | Purpose::Number) => State::Skip(length),
        })
    }
}

/// Splits off so many bytes, or as many as there are.
fn take<'a>(rest: &mut &'a [u8], most: u32) -> &'a [u8] {
    let (piece, tail) = rest.split_at(rest.len().min(most as usize));
    *rest = tail;
    piece
}

/// The length of a piece of a message, which is no longer than a message.
fn length(piece: &[u8]) -> u32 {
    u32::try_from(piece.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
