//! What the running system knows of a cluster and the store does not: its endpoint and health.

use model::{ClusterId, Error};
use std::collections::BTreeSet;
use std::pin::Pin;

/// The status of a cluster, once somebody has looked.
pub type Looking<'a> = Pin<Box<dyn Future<Output = ClusterStatus> + Send + 'a>>;

/// The end of deleting a cluster's data.
pub type Erasing<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// Looks at clusters.
pub trait ClusterWatch: Send + Sync {
    /// Where clients connect, with a scheme: `http://in01-….localhost:19530`. `port` is the
    /// cluster's own gateway port, if it has one.
    fn endpoint(&self, cluster: ClusterId, port: Option<u16>) -> String;

    /// A free gateway port for a cluster that clients could not tell from others by its endpoint;
    /// `None` if every endpoint is a name of its own. `taken` are the ports of other clusters.
    ///
    /// # Errors
    /// `Conflict` if there is no free port.
    fn own_port(&self, taken: &BTreeSet<u16>) -> Result<Option<u16>, Error>;

    /// Whether a cluster can be made on an engine that Keyward runs.
    ///
    /// # Errors
    /// `Conflict` if this process runs none.
    fn may_host(&self) -> Result<(), Error> {
        Ok(())
    }

    /// How the cluster is. Answers at once, from what was seen last.
    fn status(&self, cluster: ClusterId) -> ClusterStatus;

    /// Deletes the data of a cluster that Keyward ran and that is detached, once its engine has
    /// ended. Takes as long as an engine takes to stop.
    fn erase(&self, cluster: ClusterId) -> Erasing<'_>;

    /// How the cluster is now. Takes a few seconds at most.
    fn look(&self, cluster: ClusterId) -> Looking<'_> {
        Box::pin(std::future::ready(self.status(cluster)))
    }
}

/// How a cluster is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterStatus {
    /// The state, in the managed cloud's words.
    pub state: ClusterState,
    /// What an owner should know about it, in one sentence.
    pub message: Option<String>,
    /// The engine's version, once it has told.
    pub version: Option<String>,
}

/// The state of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterState {
    /// It is being installed or started, or has not answered yet.
    Initializing,
    /// It answers.
    Running,
    /// It was suspended, and its engine is being stopped.
    Suspending,
    /// It is suspended: nothing is served until it is resumed.
    Suspended,
    /// It does not answer.
    Abnormal,
    /// It is being stopped for good.
    Deleting,
}

impl ClusterState {
    /// How the API writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initializing => "INITIALIZING",
            Self::Running => "RUNNING",
            Self::Suspending => "SUSPENDING",
            Self::Suspended => "SUSPENDED",
            Self::Abnormal => "ABNORMAL",
            Self::Deleting => "DELETING",
        }
    }
}
