//! An engine that a dead Keyward left behind.
//!
//! An engine ends by itself when its Keyward dies, but takes a moment to close its data. The next
//! one on the same data waits for it, and kills it if it hangs, after making sure that the process
//! with the noted pid really is an engine on this data and not somebody who got the number later.

use crate::data::private;
use model::{Error, ErrorKind};
use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Notes the pid of the engine that runs on the data.
pub(super) fn note(pid_file: &Path, pid: u32) -> Result<(), Error> {
    private::write(pid_file, pid.to_string().as_bytes())
}

/// Returns when no engine of an earlier Keyward runs on the data any more.
///
/// # Errors
/// There is one that cannot be ended.
pub(super) async fn end(pid_file: &Path, data: &Path) -> Result<(), Error> {
    let Some(pid) = noted(pid_file)? else {
        return Ok(());
    };
    if !gone_within(PATIENCE, pid, data).await {
        if let Some(target) = Pid::from_raw(pid) {
            // It may end in this very moment; what counts is that it is gone.
            let _ = kill_process(target, Signal::KILL);
        }
        if !gone_within(PATIENCE, pid, data).await {
            return Err(Error::new(
                ErrorKind::Unavailable,
                format!("an earlier Milvus Lite (process {pid}) still runs and cannot be ended"),
            ));
        }
    }
    private::remove(pid_file)
}

fn noted(pid_file: &Path) -> Result<Option<i32>, Error> {
    let content = private::read(pid_file)?;
    Ok(content
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.trim().parse().ok()))
}

async fn gone_within(limit: Duration, pid: i32, data: &Path) -> bool {
    let gone = async {
        while runs_on(pid, data) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(limit, gone).await.is_ok()
}

/// Whether the process has the data folder as one of its arguments.
fn runs_on(pid: i32, data: &Path) -> bool {
    let data = data.as_os_str().as_bytes();
    std::fs::read(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| line.split(|&byte| byte == 0).any(|argument| argument == data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[tokio::test]
    async fn a_process_that_is_no_engine_of_this_data_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("x.pid");
        let mut stranger = Command::new("sleep").arg("60").spawn().unwrap();
        note(&pid_file, stranger.id()).unwrap();
        end(&pid_file, &folder.path().join("x")).await.unwrap();
        assert!(stranger.try_wait().unwrap().is_none(), "it must still run");
        assert!(!pid_file.exists());
        stranger.kill().unwrap();
        stranger.wait().unwrap();
    }

    #[tokio::test]
    async fn an_engine_that_is_ending_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (pid_file, data) = (folder.path().join("x.pid"), folder.path().join("x"));
        let mut engine = Command::new("/bin/sh")
            .args(["-c", "read line", "engine"])
            .arg(&data)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        note(&pid_file, engine.id()).unwrap();
        let ended = tokio::time::timeout(Duration::from_millis(300), end(&pid_file, &data));
        assert!(ended.await.is_err(), "it runs, so there is something to wait for");
        drop(engine.stdin.take());
        engine.wait().unwrap();
        end(&pid_file, &data).await.unwrap();
    }
}
