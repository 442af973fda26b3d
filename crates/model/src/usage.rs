//! How keys are used: what gateways count and the store keeps.
//!
//! Counts say how many calls there were, never what was in them. To count by one more thing: a
//! field in [`UsageCount`], and how the store groups by it.

use crate::clock::Timestamp;
use crate::id::{ClusterId, ClusterUserId, KeyId};
use std::fmt;
use std::net::IpAddr;

/// Length of an hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// What kind of call it was, by the least role that may make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallClass {
    /// Read-Only suffices.
    Read,
    /// It takes Read-Write.
    Write,
    /// It takes Admin.
    Admin,
    /// No role decides: connecting, and what nobody may call.
    Other,
}

impl CallClass {
    /// Every class.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Admin, Self::Other];

    /// How the API and the store write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
            Self::Other => "other",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallOutcome {
    /// The engine answered it with gRPC status OK.
    Ok,
    /// The gateway refused it.
    Refused,
    /// It was allowed and ended in any other way: an error, a deadline, a cut, a client that left.
    Failed,
}

impl CallOutcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Refused, Self::Failed];

    /// How the API and the store write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// The beginning of an hour in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(i64);

impl Hour {
    /// The hour that this moment lies in.
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.millis().div_euclid(HOUR))
    }

    /// When it begins.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(HOUR))
    }
}

/// What is counted apart from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UsageEntry {
    /// The key; `None` for calls of keys that were too many to be counted apart, and for calls of
    /// users of clusters.
    pub key: Option<KeyId>,
    /// The user of the cluster; `None` for calls of keys, and for calls of users that were too many
    /// to be counted apart.
    pub user: Option<ClusterUserId>,
    /// The cluster, if one was found.
    pub cluster: Option<ClusterId>,
    /// What kind of call.
    pub class: CallClass,
    /// How it ended.
    pub outcome: CallOutcome,
}

/// How many calls of one entry ended in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageCount {
    /// The hour.
    pub hour: Hour,
    /// What was counted.
    pub entry: UsageEntry,
    /// How many.
    pub calls: u64,
}

/// What a client calls itself, shortened to what is worth keeping.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientLabel {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl ClientLabel {
    /// The longest label, in bytes.
    pub const MAX: usize = 63;

    /// The beginning of what a client sent as its `user-agent`. What is not printable ASCII becomes
    /// a question mark: it is a stranger's text, and ends up on people's terminals.
    pub fn new(text: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX];
        let mut length = 0;
        for (place, &byte) in bytes.iter_mut().zip(text) {
            *place = if matches!(byte, b' '..=b'~') { byte } else { b'?' };
            length += 1;
        }
        Self { bytes, length }
    }

    /// The label; empty if the client did not say.
    pub fn as_str(&self) -> &str {
        // Only ASCII was put in.
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Debug for ClientLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// When and by whom a key was presented last, refused calls included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub from: IpAddr,
    /// With which client.
    pub client: ClientLabel,
}

/// Counts of some span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageBatch {
    /// How many calls there were.
    pub counts: Vec<UsageCount>,
    /// Last uses of keys.
    pub last: Vec<(KeyId, LastUse)>,
}

impl UsageBatch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.last.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_begin_where_they_should() {
        for (millis, start) in [(0, 0), (3_599_999, 0), (3_600_000, 3_600_000), (-1, -3_600_000)] {
            assert_eq!(Hour::of(Timestamp::from_millis(millis)).start().millis(), start);
        }
    }

    #[test]
    fn labels_are_short_and_harmless() {
        assert_eq!(ClientLabel::new(b"grpc-python/1.60").as_str(), "grpc-python/1.60");
        assert_eq!(ClientLabel::new(b"\x1b[31m\xc3\xa9").as_str(), "?[31m??");
        assert_eq!(ClientLabel::new(&[b'x'; 500]).as_str(), "x".repeat(ClientLabel::MAX));
        assert_eq!(ClientLabel::new(b"").as_str(), "");
    }

    #[test]
    fn words_are_read_back() {
        for class in CallClass::ALL {
            assert_eq!(CallClass::from_text(class.as_str()), Some(class));
        }
        for outcome in CallOutcome::ALL {
            assert_eq!(CallOutcome::from_text(outcome.as_str()), Some(outcome));
        }
        assert!(CallClass::from_text("Read").is_none() && CallOutcome::from_text("").is_none());
    }
}
