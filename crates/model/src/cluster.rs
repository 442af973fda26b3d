//! Where a cluster's Milvus is and how Keyward signs in to it.

use crate::error::Error;
use crate::id::{ClusterId, OrganizationId, ProjectId};
use crate::secret::SecretText;
use std::fmt;

/// Whether the engine is reached in plain text or over TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpstreamScheme {
    /// `http://`: HTTP/2 without TLS.
    Plain,
    /// `https://`: HTTP/2 over TLS, certificate verified.
    Tls,
}

/// Address of an engine: `http://host:port` or `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamAddress {
    scheme: UpstreamScheme,
    host: Box<str>,
    port: u16,
}

/// The port Milvus listens on unless told otherwise.
pub const DEFAULT_MILVUS_PORT: u16 = 19530;

impl UpstreamAddress {
    /// Reads `http://host[:port]`, `https://host[:port]` or `host:port`; the port is 19530 if none
    /// is given. IPv6 addresses stand in brackets.
    ///
    /// # Errors
    /// `Invalid` for anything else: paths, users and queries have no meaning here.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || {
            Error::invalid(
                "must be the address of a Milvus, such as http://milvus.example.com:19530",
            )
            .in_field("uri")
        };
        let (scheme, rest) = match text.split_once("://") {
            Some(("http", rest)) => (UpstreamScheme::Plain, rest),
            Some(("https", rest)) => (UpstreamScheme::Tls, rest),
            Some(_) => return Err(refuse()),
            None => (UpstreamScheme::Plain, text),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                let decimal = port.bytes().all(|byte| byte.is_ascii_digit());
                let port = port.parse::<u16>().ok().filter(|&port| port != 0 && decimal);
                (host, port.ok_or_else(refuse)?)
            }
            _ => (rest, DEFAULT_MILVUS_PORT),
        };
        if !is_host(host) {
            return Err(refuse());
        }
        Ok(Self { scheme, host: host.into(), port })
    }

    /// Plain text or TLS.
    pub fn scheme(&self) -> UpstreamScheme {
        self.scheme
    }

    /// Host name or IP address; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        self.host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(&self.host)
    }

    /// TCP port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `host:port` as it stands in `:authority`.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Display for UpstreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            UpstreamScheme::Plain => "http",
            UpstreamScheme::Tls => "https",
        };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    !host.is_empty() && host.len() <= 253 && host.chars().all(allowed)
}

/// Who runs the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A Milvus Lite process that Keyward installs, starts and stops.
    Lite,
    /// A Milvus somebody else runs.
    Attached,
}

impl Engine {
    /// How the engine is written in the API and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lite => "lite",
            Self::Attached => "attached",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "lite" => Some(Self::Lite),
            "attached" => Some(Self::Attached),
            _ => None,
        }
    }
}

/// All a gateway needs to know of a cluster.
#[derive(Clone, Debug)]
pub struct ClusterRoute {
    /// The cluster.
    pub id: ClusterId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// The organization of that project.
    pub organization: OrganizationId,
    /// Where its Milvus is; `None` while an embedded engine is not running yet.
    pub upstream: Option<UpstreamAddress>,
    /// What Keyward signs in with (`user:password` or a token), if the engine asks for it.
    pub credential: Option<SecretText>,
    /// A gateway port of its own, for clients that cannot use the cluster's host name.
    pub port: Option<u16>,
    /// Whether calls are let through.
    pub service: Service,
}

/// Whether a cluster takes calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Service {
    /// Calls are let through.
    #[default]
    Open,
    /// An owner has suspended the cluster: calls are refused with a sentence that says so, and
    /// those in flight are cut.
    Suspended,
}

impl Service {
    /// How the store writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Suspended => "suspended",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "suspended" => Some(Self::Suspended),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, written, authority) in [
            ("http://localhost:19530", "http://localhost:19530", "localhost:19530"),
            ("localhost", "http://localhost:19530", "localhost:19530"),
            ("https://m.example.com/", "https://m.example.com:19530", "m.example.com:19530"),
            ("http://[::1]:7", "http://[::1]:7", "[::1]:7"),
            ("[::1]", "http://[::1]:19530", "[::1]:19530"),
        ] {
            let address = UpstreamAddress::parse(text).unwrap();
            assert_eq!(address.to_string(), written);
            assert_eq!(address.authority(), authority);
        }
        assert_eq!(UpstreamAddress::parse("http://[::1]:7").unwrap().host(), "::1");
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "http://",
            "ftp://a:1",
            "a:0",
            "a:65536",
            "a:+1",
            "a:b",
            "u:p@host:1",
            "a/b",
            "a b",
            "[::1",
            "[zz]:1",
            "http://a:1/path",
            "http://a:1?x",
            "a:",
            "\u{e9}:1",
        ] {
            assert!(UpstreamAddress::parse(bad).is_err(), "{bad:?}");
        }
    }
}
