//! What a letter that was not taken is to whoever caused it, in one sentence.
//!
//! The words of a mail server go into the context, which the operator alone reads: they may tell of
//! the inside of a network.

use super::server::MailServer;
use lettre::transport::smtp::Error as SmtpError;
use model::{Error, ErrorKind};
use std::error::Error as StdError;
use std::io;
use tokio_rustls::rustls;

/// The longest text of a mail server that is kept.
const MOST_CONTEXT: usize = 500;
/// What a server answers that refuses a sign-in, or wants one first.
const SIGN_IN: [u16; 6] = [454, 530, 534, 535, 538, 432];

/// The error of a letter that this server did not take.
pub(super) fn of_server(server: &MailServer, error: &SmtpError) -> Error {
    let (kind, sentence) = kind_and_sentence(server, error);
    // What answers a refused sign-in may repeat what was presented.
    if error.status().is_some_and(|code| SIGN_IN.contains(&u16::from(code))) {
        return Error::new(kind, sentence);
    }
    Error::new(kind, sentence).with_context(without_addresses(&error.to_string()))
}

/// The words of a server without the addresses in them: a log names nobody by their address.
fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let is_address = word.contains('@');
        if is_address { "[address]" } else { word }
    });
    words.collect::<Vec<_>>().join(" ").chars().take(MOST_CONTEXT).collect()
}

fn kind_and_sentence(server: &MailServer, error: &SmtpError) -> (ErrorKind, String) {
    if let Some(code) = error.status() {
        let code = u16::from(code);
        if SIGN_IN.contains(&code) {
            let sentence = format!(
                "the mail server {server} refused to let Keyward sign in ({code}): the operator has \
                 to look at --smtp-user and its password"
            );
            return (ErrorKind::Unavailable, sentence);
        }
        if error.is_permanent() {
            let sentence = format!("the mail server {server} refused the letter ({code})");
            return (ErrorKind::Conflict, sentence);
        }
        let sentence = format!("the mail server {server} did not take the letter now ({code})");
        return (ErrorKind::Unavailable, sentence);
    }
    let sentence = if is_tls(error) {
        format!(
            "no encrypted connection to the mail server {server} could be made that can be \
             trusted: its certificate must be valid for this name and from an authority that this \
             machine trusts"
        )
    } else if error.is_timeout() {
        too_slow(server)
    } else if error.is_client() {
        format!("the mail server {server} does not offer STARTTLS, or no way to sign in")
    } else if error.is_response() {
        format!("what answers at {server} is not a mail server")
    } else {
        format!("the mail server {server} cannot be reached")
    };
    (ErrorKind::Unavailable, sentence)
}

/// The error of a server that does not answer.
pub(super) fn silent(server: &MailServer) -> Error {
    Error::new(ErrorKind::Unavailable, too_slow(server))
}

fn too_slow(server: &MailServer) -> String {
    format!("the mail server {server} did not answer in time")
}

fn is_rustls(error: &(dyn StdError + Send + Sync + 'static)) -> bool {
    error.is::<rustls::Error>()
}

/// Whether anything beneath is an error of TLS.
fn is_tls(error: &SmtpError) -> bool {
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        let inside = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if cause.is::<rustls::Error>() || inside.is_some_and(is_rustls) {
            return true;
        }
        beneath = cause.source();
    }
    error.is_tls()
}

#[cfg(test)]
mod tests {
    use super::without_addresses;

    #[test]
    fn no_address_is_logged() {
        let said = "permanent error (550): 5.1.1 <ada@example.com>: no such\nmailbox";
        let kept = without_addresses(said);
        assert_eq!(kept, "permanent error (550): 5.1.1 [address] no such mailbox");
        assert_eq!(without_addresses(&"é ".repeat(1000)).chars().count(), super::MOST_CONTEXT);
    }
}
