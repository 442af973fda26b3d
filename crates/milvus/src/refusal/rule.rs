//! Every refusal in one or two words: what logs, metrics and explanations call the rule.
//!
//! Programs match on them, so a word that is there must never change its meaning. To add one: the
//! arm of the new refusal.

use super::Refusal;

impl Refusal {
    /// The rule that refuses, in one or two words.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::MissingAuthorization => "no credential",
            Self::InvalidToken => "unreadable credential",
            Self::UnknownKey => "unknown key",
            Self::UnknownUser => "unknown user",
            Self::UserRevoked(_) => "user changed",
            Self::KeyRevoked(_) => "key revoked",
            Self::KeyExpired(_) => "key expired",
            Self::AddressRefused(_) => "address",
            Self::PrivilegeMissing { .. } | Self::UserLacks { .. } => "privilege missing",
            Self::Narrowed { why, .. } => why.rule(),
            Self::UnknownRpc => "unknown RPC",
            Self::IdentityRpc(_) => "identity RPC",
            Self::ClosedRpc(_) => "closed RPC",
            Self::AmbiguousCluster | Self::ClusterUnnamed => "ambiguous cluster",
            Self::OtherCluster => "other cluster",
            Self::NoCluster => "no cluster",
            Self::ClusterGone => "cluster gone",
            Self::ClusterSuspended(_) => "cluster suspended",
            Self::UpstreamUnavailable(_) => "engine unavailable",
            Self::UpstreamReset(_) => "engine reset",
            Self::Starting | Self::Stopping => "not open",
            Self::OutOfTouch { .. } => "out of touch",
            Self::Overloaded => "overloaded",
            Self::RateLimited { .. } => "rate limit",
            Self::MessageTooLarge(_) => "message too large",
            Self::DeadlineExceeded => "deadline",
            Self::MalformedRequest(_) => "malformed request",
            Self::MalformedMessage(_) => "malformed message",
            Self::SchemasChanged => "schemas changed",
            Self::NoRest => "no REST",
        }
    }
}
