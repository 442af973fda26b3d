//! How a command ends: its exit code, and the sentence on standard error.
//!
//! A script can tell what happened by the code alone. To add a code: a line in [`code`] and in
//! [`HELP`]; a code never changes its meaning.

use super::output;
use model::{Error, ErrorKind};
use serde_json::json;
use std::process::ExitCode;

/// The codes and the environment, below the help of the program.
pub(super) const HELP: &str = "\
Exit codes:
  0  done
  1  failed, for a reason that is none of the following
  2  the command line, or a value in it, makes no sense
  3  refused: the key opens nothing, or may not do this
  4  there is no such thing, or none that you may see
  5  it does not fit what is there, such as a name that is taken
  6  the server cannot be reached, or cannot answer
  7  too much: try again later

Environment:
  KEYWARD_URL      the control API, instead of the one of the data folder
  KEYWARD_API_KEY  the key to use there, instead of the one of the data folder
  KEYWARD_DATA     the data folder

With --json, answers are JSON on standard output, and a failure is one JSON object on standard
error.";

/// The exit code of a failure. A server that does not start has failed, whatever the reason.
fn code(kind: ErrorKind, starts_a_server: bool) -> u8 {
    if starts_a_server {
        return 1;
    }
    match kind {
        ErrorKind::Internal => 1,
        ErrorKind::Invalid => 2,
        ErrorKind::Unauthenticated | ErrorKind::Forbidden => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Conflict => 5,
        ErrorKind::Unavailable => 6,
        ErrorKind::LimitReached => 7,
    }
}

fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Internal => "internal",
        ErrorKind::Invalid => "invalid",
        ErrorKind::Unauthenticated => "unauthenticated",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "notFound",
        ErrorKind::Conflict => "conflict",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::LimitReached => "limitReached",
    }
}

/// Says what went wrong, for people or for programs.
pub(super) fn failed(error: &Error, starts_a_server: bool, as_json: bool) -> ExitCode {
    let code = code(error.kind(), starts_a_server);
    if as_json {
        let said = json!({"error": {
            "kind": word(error.kind()), "message": error.message(), "exitCode": code,
        }});
        output::note(&said.to_string());
    } else {
        output::note(&format!("keyward: {error}"));
    }
    if let Some(context) = error.context() {
        tracing::debug!(context, "what lies behind it");
    }
    ExitCode::from(code)
}

/// Ends a command line that cannot be understood, or one that asks for help.
pub(super) fn not_understood(error: &clap::Error, as_json: bool) -> ExitCode {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if as_json && code != 0 {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first);
        let said = json!({"error": {"kind": "usage", "message": message, "exitCode": code}});
        output::note(&said.to_string());
    } else {
        // Help and version are no failures; clap knows which is which, and where they go.
        let _ = error.print();
    }
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_help() {
        for kind in [
            ErrorKind::Internal,
            ErrorKind::Invalid,
            ErrorKind::Unauthenticated,
            ErrorKind::Forbidden,
            ErrorKind::NotFound,
            ErrorKind::Conflict,
            ErrorKind::Unavailable,
            ErrorKind::LimitReached,
        ] {
            assert!(HELP.contains(&format!("\n  {}  ", code(kind, false))), "{kind:?}");
            assert_eq!(code(kind, true), 1);
        }
    }
}
