//! Ends a child together with the processes it made.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// Kills the child's whole process group when dropped, unless the child has ended by itself.
///
/// The child must lead a group of its own (`process_group(0)`).
#[derive(Debug)]
pub(super) struct Group(Option<Pid>);

impl Group {
    /// Takes charge of a child that was just started.
    pub(super) fn of(child: &Child) -> Self {
        let pid = child.id().and_then(|id| i32::try_from(id).ok());
        Self(pid.and_then(Pid::from_raw))
    }

    /// The child has been waited for: its pid may belong to somebody else from now on.
    pub(super) fn ended(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // A group that is gone already is what we want.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}
