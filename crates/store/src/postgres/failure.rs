//! What went wrong at the database, said so that an operator knows what to do.
//!
//! To explain one more failure: its SQLSTATE in [`sentence`].

use crate::sql::Failure;
use model::{Error, ErrorKind};
use std::error::Error as _;
use tokio_postgres::error::{DbError, Severity, SqlState};

/// What was being done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Connect,
    Statement,
    Commit,
}

const LOST: &str = "was lost in the middle of this; nothing was changed; try again";
const UNCERTAIN: &str = "was lost while the change was being made durable, so it is not certain \
                         whether it took effect; look before you try again";

/// Whether the server answered and the connection still stands.
pub(super) fn is_final(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        // The class of an operator's intervention, whose codes end the connection.
        Some(said) => {
            !matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
                && !is_of_class(said.code(), "08")
        }
        // Refused before it was sent: a value of the wrong kind.
        None => !error.is_closed() && error.source().is_some_and(|cause| !is_of_network(cause)),
    }
}

fn is_of_network(cause: &(dyn std::error::Error + 'static)) -> bool {
    cause.is::<std::io::Error>()
}

fn is_of_class(code: &SqlState, class: &str) -> bool {
    code.code().starts_with(class)
}

/// Why a statement did not do what it says.
pub(super) fn of_statement(shown: &str, error: &tokio_postgres::Error) -> Failure {
    let explained = explain(shown, error, Stage::Statement);
    match error.as_db_error() {
        Some(said) if *said.code() == SqlState::UNIQUE_VIOLATION => Failure::Taken(columns(said)),
        Some(said) if *said.code() == SqlState::FOREIGN_KEY_VIOLATION => {
            Failure::Reference(explained)
        }
        _ => Failure::Other(explained),
    }
}

/// The columns of a unique constraint, `table.column` each, as the server's detail has them between
/// the first brackets whatever its language; else the constraint's name.
fn columns(said: &DbError) -> String {
    let table = said.table().unwrap_or_default();
    let Some(names) = named_columns(said.detail().unwrap_or_default()) else {
        return said.constraint().unwrap_or_default().to_owned();
    };
    let columns: Vec<_> = names.split(", ").map(|name| format!("{table}.{name}")).collect();
    columns.join(", ")
}

fn named_columns(detail: &str) -> Option<&str> {
    let (names, _) = detail.split_once('(')?.1.split_once(")=(")?;
    Some(names)
}

/// The sentence for a failure. What the server said goes to the operator's log only, without its
/// detail, which may quote a row.
pub(super) fn explain(shown: &str, error: &tokio_postgres::Error, stage: Stage) -> Error {
    let said = match error.as_db_error() {
        Some(said) => format!("{}: {}", said.code().code(), said.message()),
        None => match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    };
    let sentence = match error.as_db_error() {
        Some(_) if stage == Stage::Commit && !is_final(error) => None,
        Some(answer) => match sentence(shown, answer) {
            Some(sentence) => Some(sentence),
            None if is_final(error) && stage != Stage::Connect => {
                return Error::internal(format!("{shown}: {said}"));
            }
            None => None,
        },
        None if stage != Stage::Connect && is_final(error) => {
            return Error::internal(format!("{shown}: {said}"));
        }
        None => None,
    };
    let sentence = sentence.unwrap_or_else(|| match stage {
        Stage::Connect => unreachable(shown, error),
        Stage::Statement => format!("the connection to the database {shown} {LOST}"),
        Stage::Commit => format!("the connection to the database {shown} {UNCERTAIN}"),
    });
    Error::new(ErrorKind::Unavailable, sentence).with_context(said)
}

/// Why there is no connection, where the server did not say it itself.
fn unreachable(shown: &str, error: &tokio_postgres::Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    if cause.contains("password missing") {
        return format!(
            "the database server {shown} asks for a password: put it into the address, into \
             PGPASSWORD or into the file that --database-file names"
        );
    }
    if cause.contains("does not support TLS") {
        return format!(
            "the database server {shown} does not offer TLS: switch it on there, or, where the \
             network between is your own, add sslmode=disable to the address"
        );
    }
    if error.to_string().contains("TLS") {
        return format!(
            "no trusted TLS connection to the database server {shown}: {cause}; name the \
             certificate that signed the server's with sslrootcert in the address"
        );
    }
    if cause.contains("read-write") || error.to_string().contains("read-write") {
        return read_only(shown).message();
    }
    let why = if cause.is_empty() { error.to_string() } else { cause };
    format!(
        "the database server {shown} cannot be reached ({why}): check that it runs, and the host \
         and port in the address"
    )
}

/// What a server's own answer means for an operator.
fn sentence(shown: &str, said: &DbError) -> Option<String> {
    let code = said.code();
    let sentence = if *code == SqlState::INVALID_PASSWORD {
        format!("the database server refuses the password for {shown}; correct it")
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        format!(
            "the database server does not let {shown} in: check the user, and that the server's \
             pg_hba.conf admits this host"
        )
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        format!("there is no database {shown}; make it with createdb, or correct the address")
    } else if *code == SqlState::DISK_FULL {
        format!("the disk of the database {shown} is full; nothing was changed; free some space")
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        read_only(shown).message()
    } else if *code == SqlState::TOO_MANY_CONNECTIONS {
        format!(
            "the database server of {shown} has no connection left; raise max_connections there \
             or end what uses them"
        )
    } else if *code == SqlState::CANNOT_CONNECT_NOW {
        format!("the database server of {shown} is starting or stopping; try again")
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        format!(
            "the database user may not do this in {shown}: make it the owner of the database, or \
             grant it CREATE on the database"
        )
    } else if *code == SqlState::LOCK_NOT_AVAILABLE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || *code == SqlState::T_R_SERIALIZATION_FAILURE
    {
        format!("another process keeps the database {shown} busy; nothing was changed; try again")
    } else if *code == SqlState::QUERY_CANCELED {
        format!("the database {shown} took too long; nothing was changed; try again")
    } else if is_of_class(code, "58") || is_of_class(code, "53") {
        format!(
            "the database server of {shown} lacks something (its log says what); nothing was \
             changed; try again when it has recovered"
        )
    } else if is_of_class(code, "XX") {
        format!("the database {shown} is damaged; its log says where; restore your backup")
    } else {
        return None;
    };
    Some(sentence)
}

/// A server that only repeats what another one writes.
pub(super) fn read_only(shown: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!(
            "the database {shown} is a replica that can only be read; name the primary server, or \
             all of them with target_session_attrs=read-write in the address"
        ),
    )
}

/// Nothing was said in time.
pub(super) fn silence(shown: &str, stage: Stage) -> Error {
    let sentence = match stage {
        Stage::Connect => format!(
            "the database server {shown} does not answer: check that it runs, the host and port in \
             the address, and the network between"
        ),
        Stage::Statement => format!(
            "the database {shown} does not answer; nothing was changed; try again when it does"
        ),
        Stage::Commit => format!("the connection to the database {shown} {UNCERTAIN}"),
    };
    Error::new(ErrorKind::Unavailable, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_any_language() {
        for (detail, expected) in [
            ("Key (project_id, name)=(proj-a, x) already exists.", Some("project_id, name")),
            ("Schlüssel »(port)=(1)« existiert bereits.", Some("port")),
            ("La clé « (email)=(a (b)=(c)) » existe déjà.", Some("email")),
            ("", None),
        ] {
            assert_eq!(named_columns(detail), expected);
        }
    }
}
