//! Every refusal the data path gives, with its gRPC code and its text: the one place that pairs
//! them.
//!
//! Where Milvus has a text for the case, it is used byte for byte, because SDKs and people match on
//! it. Codes are chosen by what SDKs do with them: `UNAUTHENTICATED`, `PERMISSION_DENIED`,
//! `INVALID_ARGUMENT` and `RESOURCE_EXHAUSTED` are final; `UNAVAILABLE` makes them try again, so
//! only what may pass by itself has it; `UNIMPLEMENTED` is taken for success by some, so only an
//! RPC that does not exist, or that nobody needs, has it. A text must never hold a credential. To
//! add a refusal: a variant, its arms in [`Refusal::code`] and [`Refusal::message_in`], a row in
//! the tests.

mod narrowed;
mod rest;
mod rule;
mod text;

pub use narrowed::Narrowed;
pub use rest::Envelope;
pub use text::percent_encode;

use crate::rpc::{Class, Row, Why};
use crate::scan::ScanError;
use model::{ClusterId, KeyId};
use std::borrow::Cow;
use std::net::IpAddr;
use std::time::Duration;

/// Numbers of gRPC statuses.
pub mod code {
    /// The call was cancelled.
    pub const CANCELLED: u32 = 1;
    /// The request is wrong whatever the state of the system.
    pub const INVALID_ARGUMENT: u32 = 3;
    /// The time the caller gave is over.
    pub const DEADLINE_EXCEEDED: u32 = 4;
    /// The caller is known and may not do this.
    pub const PERMISSION_DENIED: u32 = 7;
    /// A limit is reached.
    pub const RESOURCE_EXHAUSTED: u32 = 8;
    /// The system has to be put into another state before this can be done.
    pub const FAILED_PRECONDITION: u32 = 9;
    /// Something else came between: what was begun has to be begun again.
    pub const ABORTED: u32 = 10;
    /// There is no such RPC here.
    pub const UNIMPLEMENTED: u32 = 12;
    /// Something broke.
    pub const INTERNAL: u32 = 13;
    /// Try again.
    pub const UNAVAILABLE: u32 = 14;
    /// It is not known who calls.
    pub const UNAUTHENTICATED: u32 = 16;
}

/// Why a call is not served, or no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no credential.
    MissingAuthorization,
    /// The credential cannot be read.
    InvalidToken,
    /// There is no such API key: never made, deleted, or wrong in its secret part.
    UnknownKey,
    /// There is no such cluster user, or the password is wrong.
    UnknownUser,
    /// The cluster user lacks the privilege that the RPC asks for, on what the call is about.
    UserLacks {
        /// The RPC.
        rpc: &'static Row,
        /// The user's name.
        user: Box<str>,
        /// The database that the call is about.
        database: Box<str>,
    },
    /// The cluster user was deleted, or lost a right, or has another password, since the call
    /// began. The name.
    UserRevoked(Box<str>),
    /// The key was deleted, or what it opens was narrowed, while the call was running.
    KeyRevoked(KeyId),
    /// The key's time is over.
    KeyExpired(KeyId),
    /// The caller's address is not one from which the key, or the cluster, may be used.
    AddressRefused(IpAddr),
    /// The key's role lacks the privilege that the RPC asks for.
    PrivilegeMissing {
        /// The RPC.
        rpc: &'static Row,
        /// The key.
        key: KeyId,
    },
    /// The key is narrowed to some databases or collections, and this call is not about those.
    Narrowed {
        /// The RPC.
        rpc: &'static Row,
        /// The key.
        key: KeyId,
        /// What is in the way.
        why: Narrowed,
    },
    /// Milvus has no such RPC.
    UnknownRpc,
    /// An RPC about users, roles or privileges, which are not the engine's to manage.
    IdentityRpc(&'static Row),
    /// An RPC that is closed to every client.
    ClosedRpc(&'static Row),
    /// The key opens several clusters and the request does not say which is meant.
    AmbiguousCluster,
    /// There are several clusters at the address, and the request does not say whose user it is.
    ClusterUnnamed,
    /// The request names a cluster that the key does not open, or that does not exist.
    OtherCluster,
    /// The key opens no cluster.
    NoCluster,
    /// The cluster was detached while the call was running.
    ClusterGone,
    /// The cluster takes no calls until an owner lets it.
    ClusterSuspended(ClusterId),
    /// The cluster's engine cannot be reached; the text says why.
    UpstreamUnavailable(String),
    /// The engine reset the stream with this HTTP/2 error code.
    UpstreamReset(u32),
    /// The gateway has not loaded its table yet.
    Starting,
    /// The gateway is shutting down.
    Stopping,
    /// The gateway does not know whether what it holds is still true.
    OutOfTouch {
        /// Whether it broke off a change that may have been made.
        changing: bool,
    },
    /// The gateway has as much in hand as it may.
    Overloaded,
    /// The caller is over its rate.
    RateLimited {
        /// When a call may be made again, rounded up to milliseconds.
        retry_after: Duration,
    },
    /// The request or answer is larger than this many bytes.
    MessageTooLarge(u64),
    /// The time the caller gave is over.
    DeadlineExceeded,
    /// The header fields break a rule; the text says which.
    MalformedRequest(&'static str),
    /// The message cannot be read in one way only.
    MalformedMessage(ScanError),
    /// What collections look like may have changed since the request was made by it. Only whoever
    /// serves the RESTful API hears it, and asks again.
    SchemasChanged,
    /// A request for the REST API.
    NoRest,
}

impl Refusal {
    /// The number of the gRPC status.
    pub const fn code(&self) -> u32 {
        match self {
            Self::MissingAuthorization
            | Self::InvalidToken
            | Self::UnknownKey
            | Self::UnknownUser
            | Self::UserRevoked(_)
            | Self::KeyRevoked(_)
            | Self::KeyExpired(_) => code::UNAUTHENTICATED,
            Self::AddressRefused(_)
            | Self::PrivilegeMissing { .. }
            | Self::UserLacks { .. }
            | Self::Narrowed { .. }
            | Self::IdentityRpc(_)
            | Self::OtherCluster
            | Self::NoCluster
            | Self::ClusterGone => code::PERMISSION_DENIED,
            Self::ClosedRpc(row) => match row.class {
                Class::Refused { why: Why::Heartbeat } => code::UNIMPLEMENTED,
                _ => code::PERMISSION_DENIED,
            },
            Self::UnknownRpc | Self::NoRest => code::UNIMPLEMENTED,
            Self::AmbiguousCluster
            | Self::ClusterUnnamed
            | Self::MalformedRequest(_)
            | Self::MalformedMessage(_) => code::INVALID_ARGUMENT,
            Self::ClusterSuspended(_) => code::FAILED_PRECONDITION,
            Self::RateLimited { .. } | Self::MessageTooLarge(_) => code::RESOURCE_EXHAUSTED,
            Self::DeadlineExceeded => code::DEADLINE_EXCEEDED,
            Self::SchemasChanged => code::ABORTED,
            Self::UpstreamUnavailable(_)
            | Self::Starting
            | Self::Stopping
            | Self::OutOfTouch { .. }
            | Self::Overloaded => code::UNAVAILABLE,
            Self::UpstreamReset(reason) => code_of_reset(*reason),
        }
    }

    /// The text, for a call that names no database.
    pub fn message(&self) -> Cow<'static, str> {
        self.message_in("")
    }

    /// The text, for a call that names this database; empty means `default`.
    pub fn message_in(&self, database: &str) -> Cow<'static, str> {
        text::message(self, database)
    }

    /// Whether a refused `Connect` carries this in the status of its answer, with gRPC status OK.
    /// SDKs hide the text of a failed `Connect` call, and show the one in the answer.
    pub const fn in_connect_answer(&self) -> bool {
        self.in_any_answer()
            || matches!(
                self.code(),
                code::UNAUTHENTICATED | code::PERMISSION_DENIED | code::INVALID_ARGUMENT
            )
    }

    /// Whether an answer that is not `Connect`'s carries this in its status too, if it has one.
    /// SDKs slow down only for a rate limit that they find there, and would repeat a call that
    /// fails with `FAILED_PRECONDITION` for minutes.
    pub const fn in_any_answer(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::ClusterSuspended(_))
    }

    /// What the REST API answers.
    pub fn to_rest(&self, database: &str) -> Envelope {
        rest::envelope(self, database)
    }
}

/// What the gRPC specification makes of the error code of a reset stream.
const fn code_of_reset(reason: u32) -> u32 {
    match reason {
        // REFUSED_STREAM
        0x7 => code::UNAVAILABLE,
        // CANCEL
        0x8 => code::CANCELLED,
        // ENHANCE_YOUR_CALM
        0xb => code::RESOURCE_EXHAUSTED,
        // INADEQUATE_SECURITY
        0xc => code::PERMISSION_DENIED,
        _ => code::INTERNAL,
    }
}

#[cfg(test)]
mod tests;
