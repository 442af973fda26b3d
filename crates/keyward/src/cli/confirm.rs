//! Asks before something is deleted.

use super::output;
use model::Error;
use std::io::{self, BufRead, IsTerminal, Read};

/// Longer than any name.
const ANSWER_BYTES: u64 = 300;

/// Makes sure that the caller means it: `yes` from the command line, or the name typed again.
///
/// # Errors
/// The caller does not, or cannot be asked.
pub(super) fn by_name(warning: &str, name: &str, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(Error::invalid(
            "this cannot be undone and nobody is at the terminal to confirm it: pass --yes",
        ));
    }
    output::note(warning);
    output::note(&format!("Type the name {name} to go on:"));
    compare(&mut stdin.lock(), name)
}

fn compare(input: &mut impl BufRead, name: &str) -> Result<(), Error> {
    let mut typed = String::new();
    let read = input.take(ANSWER_BYTES).read_line(&mut typed);
    if read.is_ok() && typed.trim() == name {
        Ok(())
    } else {
        Err(Error::invalid("what you typed is not the name: nothing was changed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_name_itself_confirms() {
        assert!(compare(&mut "prod\n".as_bytes(), "prod").is_ok());
        for typed in ["", "y\n", "prod2\n", "Prod\n"] {
            assert!(compare(&mut typed.as_bytes(), "prod").is_err(), "{typed:?}");
        }
    }

    #[test]
    fn yes_on_the_command_line_is_enough() {
        assert!(by_name("", "prod", true).is_ok());
    }
}
