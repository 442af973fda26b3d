//! The one error of the domain, free of any transport.
//!
//! `message` is for the caller: one clear sentence, no secret. `context` is for the operator's log
//! and never reaches a caller. The edges turn [`ErrorKind`] into HTTP status and code numbers.

use std::fmt;

/// What went wrong, by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input cannot be accepted; change it.
    Invalid,
    /// No valid credential was presented.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// The thing is in a state that does not allow this (taken name, newer revision).
    Conflict,
    /// A stated limit is reached.
    LimitReached,
    /// Something Keyward depends on does not answer; try again.
    Unavailable,
    /// A fault of Keyward itself.
    Internal,
}

/// A thing on a cluster that a failure is about, for whoever has other words for it than the
/// sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnCluster {
    /// The user with this name.
    User(String),
    /// The role with this name.
    Role(String),
    /// The privilege group with this name.
    Group(String),
}

/// A refusal or failure, with a sentence for the caller.
#[derive(Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    field: Option<&'static str>,
    about: Option<OnCluster>,
    context: Option<String>,
}

impl Error {
    /// An error of any kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), field: None, about: None, context: None }
    }

    /// Input that cannot be accepted.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// A missing (or invisible) thing, named by kind and id.
    pub fn not_found(what: &str, id: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, format!("there is no {what} {id}, or you may not see it"))
    }

    /// A thing whose state does not allow the request.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// A fault of Keyward itself; `context` goes to the log only.
    pub fn internal(context: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, "Keyward could not do this because of an internal fault")
            .with_context(context)
    }

    /// Names the input field at fault.
    #[must_use]
    pub fn in_field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Names the thing on a cluster that it is about.
    #[must_use]
    pub fn about(mut self, thing: OnCluster) -> Self {
        self.about = Some(thing);
        self
    }

    /// Adds what only the operator should read.
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The sentence for the caller, the field at fault in front if there is one.
    pub fn message(&self) -> String {
        match self.field {
            Some(field) => format!("{field}: {}", self.message),
            None => self.message.clone(),
        }
    }

    /// The input field at fault.
    pub fn field(&self) -> Option<&'static str> {
        self.field
    }

    /// The thing on a cluster that it is about.
    pub fn thing(&self) -> Option<&OnCluster> {
        self.about.as_ref()
    }

    /// What only the operator should read.
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message())?;
        self.context.as_ref().map_or(Ok(()), |context| write!(f, " ({context})"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Error {}
