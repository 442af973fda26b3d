//! What the running system knows of a cluster and the store does not: its endpoint and health.

use model::ClusterId;

/// Looks at clusters. Answers at once, from what was seen last.
pub trait ClusterWatch: Send + Sync {
    /// Where clients connect, with a scheme: `http://in01-….localhost:19530`. `port` is the
    /// cluster's own gateway port, if it has one.
    fn endpoint(&self, cluster: ClusterId, port: Option<u16>) -> String;

    /// How the cluster is.
    fn status(&self, cluster: ClusterId) -> ClusterStatus;
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
            Self::Abnormal => "ABNORMAL",
            Self::Deleting => "DELETING",
        }
    }
}
