//! Letters to people: invitations, and what owners are told of their keys.
//!
//! A letter is sent after its change is committed and never undoes it: one that cannot be sent is
//! reported, and what it would have said is in the answer. The sending must be bounded by whoever
//! implements it; the control API bounds it once more.

use model::Error;
use model::name::Email;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// What [`Mailer::send`] returns.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Sends letters.
pub trait Mailer: Send + Sync {
    /// Hands one letter to a mail server. An error's message may be read by whoever caused the
    /// letter. `Unavailable` means that the same letter may be taken later; any other kind that it
    /// never will.
    fn send(&self, letter: Letter) -> Sending<'_>;
}

/// One letter. Its text may hold a secret, such as an invitation's link.
#[derive(Clone)]
pub struct Letter {
    /// To whom.
    pub to: Email,
    /// What it is about.
    pub subject: Subject,
    /// Its text, in lines ended by `\n`.
    pub text: String,
}

/// The subject of a letter: one line, whatever names are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// The most characters it has; what is longer is cut.
    pub const MAX_CHARACTERS: usize = 200;

    /// The text on one line: what could end the line, or make it read as another, is a blank.
    pub fn new(text: &str) -> Self {
        Self(one_line(text).chars().take(Self::MAX_CHARACTERS).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Words of people or strangers, for a letter: on one line, and read in the order they are written.
pub(crate) fn one_line(words: &str) -> String {
    words.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// Whether this ends a line somewhere, or turns the direction of what follows.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        let subject = Subject::new("Ada\r\nBcc: eve@example.com\u{2028}\u{202e}\u{85}é");
        assert_eq!(subject.as_str(), "Ada  Bcc: eve@example.com   é");
        let long = Subject::new(&"x".repeat(1000));
        assert_eq!(long.as_str().len(), Subject::MAX_CHARACTERS);
    }
}
