//! What is measured: no proxy at all, Keyward, and the proxies one could use instead.
//!
//! Every proxy gets one worker on one core, HTTP/2 without TLS on both sides, the same keys in the
//! form SDKs send, generous limits and timeouts, its own counters and an access log. It must refuse
//! an unknown key and replace the client's `authorization` with the service credential; the
//! upstream refuses every call for which it did not.

mod envoy;
mod haproxy;
mod nginx;

use super::process::Process;
use super::rig::{CREDENTIAL_BASE64, Present, Rig};
use crate::Result;
use clap::ValueEnum;
use std::fmt;
use std::net::SocketAddr;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Kind {
    #[value(skip)]
    Direct,
    #[value(skip)]
    Keyward,
    Haproxy,
    Nginx,
    Envoy,
}

impl Kind {
    /// Those that may be left out.
    pub(super) const PEERS: &'static [Self] = &[Self::Haproxy, Self::Nginx, Self::Envoy];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Direct => "direct",
            Self::Keyward => "Keyward",
            Self::Haproxy => "HAProxy",
            Self::Nginx => "nginx",
            Self::Envoy => "Envoy",
        })
    }
}

/// A running one.
pub(super) struct Subject {
    pub(super) kind: Kind,
    pub(super) version: String,
    /// What it does with each call, in a sentence for the report.
    pub(super) does: &'static str,
    pub(super) address: SocketAddr,
    process: Option<Process>,
}

/// What a proxy is started with.
pub(super) struct Ground<'a> {
    pub(super) rig: &'a Rig,
    pub(super) upstream: SocketAddr,
    /// Processes of the upstream, which the direct run measures.
    pub(super) upstream_tree: Vec<u32>,
    pub(super) keys: &'a [(String, String)],
}

impl Ground<'_> {
    /// A configuration file with its blanks filled in.
    fn fill(&self, template: &str, address: SocketAddr) -> String {
        template
            .replace("@folder@", &self.rig.folder.display().to_string())
            .replace("@address@", &address.to_string())
            .replace("@upstream@", &self.upstream.to_string())
            .replace("@credential@", CREDENTIAL_BASE64)
    }
}

impl Subject {
    /// Starts it and waits until it takes calls.
    pub(super) fn start(kind: Kind, ground: &Ground<'_>) -> Result<Self> {
        match kind {
            Kind::Direct => Ok(Self {
                kind,
                version: String::new(),
                does: "The load generator calls the upstream; processor time is the upstream's.",
                address: ground.upstream,
                process: None,
            }),
            Kind::Keyward => {
                let (process, address) = ground.rig.node(ground.upstream, ground.keys.len())?;
                Ok(Self {
                    kind,
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    does: "Checks the key's checksum, HMAC-SHA-256 and record, scans the message \
                           for the names it needs, decides, swaps the credential. JSON access log \
                           to a file, counters, limits and timeouts as shipped.",
                    address,
                    process: Some(process),
                })
            }
            Kind::Haproxy => haproxy::start(ground),
            Kind::Nginx => nginx::start(ground),
            Kind::Envoy => envoy::start(ground),
        }
    }

    /// The processes whose processor time and memory count.
    pub(super) fn processes(&self, ground: &Ground<'_>) -> Vec<u32> {
        self.process.as_ref().map_or_else(|| ground.upstream_tree.clone(), Process::tree)
    }

    /// What a client presents to it.
    pub(super) fn present(&self, ground: &Ground<'_>) -> Present<'static> {
        match self.kind {
            Kind::Direct => Present::Text(CREDENTIAL_BASE64),
            _ => Present::Keys(ground.keys.len()),
        }
    }
}
