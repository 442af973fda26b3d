//! What Milvus says when a call about users, roles or privileges fails: numbers and texts.
//!
//! Milvus makes a text of two halves, `what happened: kind of error`, and numbers by the kind.
//! Programs match on both. A failure must never hold a password. To add a kind: a constructor.

use milvus::message::common::{Status, legacy};
use model::{Error, ErrorKind};
use std::fmt;

/// Numbers of Milvus' kinds of errors.
mod code {
    pub(super) const INVALID_PARAMETER: i32 = 1100;
    pub(super) const NOT_AUTHENTICATED: i32 = 1400;
    pub(super) const NOT_PERMITTED: i32 = 1401;
    /// Whatever has no number.
    pub(super) const UNEXPECTED: i32 = 65_535;
    /// Try again.
    pub(super) const NOT_READY: i32 = 1;
}

/// Legacy numbers that some calls put in the place of the general one.
pub(super) mod instead {
    pub(in super::super) const CREATE_CREDENTIAL: i32 = 29;
    pub(in super::super) const UPDATE_CREDENTIAL: i32 = 30;
    pub(in super::super) const DELETE_CREDENTIAL: i32 = 31;
    pub(in super::super) const CREATE_ROLE: i32 = 35;
    pub(in super::super) const DROP_ROLE: i32 = 36;
    pub(in super::super) const OPERATE_USER_ROLE: i32 = 37;
    pub(in super::super) const OPERATE_PRIVILEGE: i32 = 41;
    pub(in super::super) const SELECT_GRANT: i32 = 42;
    pub(in super::super) const CREATE_GROUP: i32 = 58;
    pub(in super::super) const DROP_GROUP: i32 = 59;
}

/// Why a call was not done, said inside its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    code: i32,
    legacy: i32,
    reason: String,
    retriable: bool,
}

impl Failure {
    /// The request is wrong in itself.
    pub(super) fn invalid(what: impl fmt::Display) -> Self {
        let reason = format!("{what}: invalid parameter");
        Self::new(code::INVALID_PARAMETER, legacy::ILLEGAL_ARGUMENT, reason)
    }

    /// The same, with the bounds or values that Milvus adds in brackets.
    pub(super) fn invalid_because(what: impl fmt::Display, brackets: impl fmt::Display) -> Self {
        let reason = format!("{what}: invalid parameter{brackets}");
        Self::new(code::INVALID_PARAMETER, legacy::ILLEGAL_ARGUMENT, reason)
    }

    /// This is never done for anybody.
    pub(super) fn not_permitted(what: impl fmt::Display) -> Self {
        let reason = format!("{what}: privilege not permitted");
        Self::new(code::NOT_PERMITTED, legacy::UNEXPECTED_ERROR, reason)
    }

    /// A password in the request is not the one.
    pub(super) fn not_authenticated(what: impl fmt::Display) -> Self {
        let reason = format!("{what}: not authenticated");
        Self::new(code::NOT_AUTHENTICATED, legacy::UNEXPECTED_ERROR, reason)
    }

    /// Anything else.
    pub(super) fn unexpected(what: impl fmt::Display) -> Self {
        Self::new(code::UNEXPECTED, legacy::UNEXPECTED_ERROR, what.to_string())
    }

    /// The same failure with the legacy number of its call.
    pub(super) fn with_legacy(self, legacy: i32) -> Self {
        Self { legacy, ..self }
    }

    /// What goes into the answer.
    pub(super) fn status(self) -> Status {
        Status {
            error_code: self.legacy,
            detail: self.reason.clone(),
            reason: self.reason,
            code: self.code,
            retriable: self.retriable,
            ..Status::default()
        }
    }

    fn new(code: i32, legacy: i32, reason: String) -> Self {
        Self { code, legacy, reason, retriable: false }
    }
}

/// What has no words of Milvus' is said in Keyward's.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::Invalid => Self::invalid(error),
            ErrorKind::Forbidden => Self::not_permitted(error),
            ErrorKind::Unauthenticated => Self::not_authenticated(error),
            ErrorKind::Unavailable => {
                let status = Self::new(code::NOT_READY, legacy::UNEXPECTED_ERROR, error.message());
                Self { retriable: true, ..status }
            }
            ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::LimitReached
            | ErrorKind::Internal => Self::unexpected(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_milvus_numbers_and_words() {
        let said = |failure: Failure| {
            let status = failure.status();
            (status.code, status.error_code, status.reason)
        };
        let text = |text: &str| text.to_owned();
        for (failure, expected) in [
            (Failure::invalid("bad name"), (1100, 5, text("bad name: invalid parameter"))),
            (
                Failure::invalid_because("bad", "[0 out of range 1 <= value <= 2]"),
                (1100, 5, text("bad: invalid parameter[0 out of range 1 <= value <= 2]")),
            ),
            (Failure::not_permitted("no"), (1401, 1, text("no: privilege not permitted"))),
            (Failure::not_authenticated("no"), (1400, 1, text("no: not authenticated"))),
            (Failure::unexpected("gone"), (65_535, 1, text("gone"))),
            (
                Failure::unexpected("gone").with_legacy(instead::DROP_ROLE),
                (65_535, 36, text("gone")),
            ),
            (Error::conflict("taken").into(), (65_535, 1, text("taken"))),
        ] {
            assert_eq!(said(failure), expected);
        }
    }

    #[test]
    fn only_what_may_pass_by_itself_is_tried_again() {
        let busy = Failure::from(Error::new(ErrorKind::Unavailable, "busy")).status();
        assert_eq!((busy.code, busy.retriable), (1, true));
        let broken = Failure::from(Error::internal("why")).status();
        assert!(!broken.retriable && !broken.reason.contains("why"));
    }
}
