//! Waiting until a change holds everywhere.
//!
//! A commit makes a change true; the fence makes it felt: when [`Fence::settle`] returns a settled
//! [`Receipt`], no gateway admits anything the change forbids, and every gateway admits what it
//! allows. The wait must be bounded by whoever implements it.

use model::{GatewayId, Revision, Timestamp};
use std::future::Future;
use std::pin::Pin;

/// What [`Fence::settle`] returns.
pub type Settling<'a> = Pin<Box<dyn Future<Output = Receipt> + Send + 'a>>;

/// Brings a committed change to every gateway.
pub trait Fence: Send + Sync {
    /// Waits, within a bound, until every gateway has applied this revision and cut what it must.
    fn settle(&self, revision: Revision) -> Settling<'_>;
}

/// Which gateways hold a revision, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The revision waited for.
    pub revision: Revision,
    /// Whether every gateway holds it. If not, the wait ran into its bound.
    pub settled: bool,
    /// Those that do.
    pub gateways: Vec<Confirmation>,
}

/// One gateway's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The gateway.
    pub gateway: GatewayId,
    /// When it was certain.
    pub confirmed_at: Timestamp,
    /// What makes it certain.
    pub confirmed_by: ConfirmedBy,
}

/// What makes it certain that a gateway holds a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// The gateway said so, after cutting what was in flight.
    Applied,
    /// The gateway is silent, and its lease to admit anything has run out.
    LeaseExpired,
    /// The gateway has stopped.
    Stopped,
}

impl ConfirmedBy {
    /// How the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::LeaseExpired => "leaseExpired",
            Self::Stopped => "stopped",
        }
    }
}
