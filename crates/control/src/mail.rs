//! Letters to people, such as invitations.
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
    /// letter.
    fn send(&self, letter: Letter) -> Sending<'_>;
}

/// One letter. Its text may hold a secret, such as an invitation's link.
#[derive(Clone)]
pub struct Letter {
    /// To whom.
    pub to: Email,
    /// Its subject: one line.
    pub subject: String,
    /// Its text, in lines ended by `\n`.
    pub text: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Letter")
    }
}
