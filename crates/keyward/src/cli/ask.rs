//! Asks people for what must not stand on a command line.
//!
//! At a terminal a secret is typed unseen; otherwise each answer is the next line of standard
//! input, so that a program can give it.

use super::output;
use model::{Error, ErrorKind, SecretText};
use std::io::{self, BufRead, IsTerminal, Read};

/// Longer than any password.
const LINE_BYTES: u64 = 4096;

/// A secret.
///
/// # Errors
/// There is none to be read.
pub(super) fn secret(question: &str) -> Result<SecretText, Error> {
    if io::stdin().is_terminal() {
        let typed = rpassword::prompt_password(format!("{question}: "));
        return typed.map(SecretText::new).map_err(|error| unread(question, &error));
    }
    line(question).map(SecretText::new)
}

/// A new password; at a terminal it is typed twice.
///
/// # Errors
/// There is none to be read, or the two differ.
pub(super) fn new_password(question: &str) -> Result<SecretText, Error> {
    let first = secret(question)?;
    if io::stdin().is_terminal() && !secret("The same again")?.matches(&first) {
        return Err(Error::invalid("the two are not the same: nothing was changed"));
    }
    Ok(first)
}

/// An answer that is no secret.
///
/// # Errors
/// There is none to be read.
pub(super) fn line(question: &str) -> Result<String, Error> {
    if io::stdin().is_terminal() {
        output::note(&format!("{question}:"));
    }
    first_line(&mut io::stdin().lock()).map_err(|error| unread(question, &error))
}

/// What was given on the command line, or else an answer.
///
/// # Errors
/// There is none to be read.
pub(super) fn unless_given(given: Option<&str>, question: &str) -> Result<String, Error> {
    given.map_or_else(|| line(question), |text| Ok(text.to_owned()))
}

fn first_line(input: &mut impl BufRead) -> io::Result<String> {
    let mut typed = String::new();
    let read = input.take(LINE_BYTES).read_line(&mut typed)?;
    if read == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    // The rest would be taken for the next answer.
    if read as u64 == LINE_BYTES && !typed.ends_with('\n') {
        return Err(io::Error::other(format!("a line is longer than {LINE_BYTES} bytes")));
    }
    Ok(typed.trim_end_matches(['\r', '\n']).to_owned())
}

fn unread(question: &str, error: &io::Error) -> Error {
    let sentence = format!("{question}: nothing could be read from standard input ({error})");
    Error::new(ErrorKind::Invalid, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_one_line() {
        let mut input = "one\r\n two \n\nlast".as_bytes();
        for expected in ["one", " two ", "", "last"] {
            assert_eq!(first_line(&mut input).unwrap(), expected);
        }
        let end = first_line(&mut input).unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_line_that_does_not_end_is_refused_rather_than_cut() {
        let most = usize::try_from(LINE_BYTES).unwrap();
        let fits = format!("{}\n", "a".repeat(most - 1));
        assert_eq!(first_line(&mut fits.as_bytes()).unwrap().len(), most - 1);
        let long = format!("{}\n", "a".repeat(most));
        assert!(first_line(&mut long.as_bytes()).is_err());
    }
}
