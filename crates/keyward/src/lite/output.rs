//! What an engine prints on standard error: into its log, and the last line for people.

use super::log::BoundedLog;
use crate::data::failure;
use model::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::ChildStderr;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const LINE_CHARACTERS: usize = 300;
/// How long to wait for the rest of the output of an engine that has ended.
const REST_LIMIT: Duration = Duration::from_secs(1);

/// The output of one engine process.
#[derive(Debug)]
pub(super) struct Output {
    path: PathBuf,
    last: watch::Receiver<String>,
    task: JoinHandle<()>,
}

impl Output {
    /// Copies the output to the log until the engine closes it.
    pub(super) fn follow(stderr: ChildStderr, path: &Path) -> Result<Self, Error> {
        let log = BoundedLog::open(path).map_err(|error| failure::file("write", path, &error))?;
        let (publish, last) = watch::channel(String::new());
        Ok(Self { path: path.to_owned(), last, task: tokio::spawn(copy(stderr, log, publish)) })
    }

    /// The log file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The last line printed, as the rest of a sentence; for an engine that has ended.
    pub(super) async fn last_line(&mut self) -> String {
        let _ = tokio::time::timeout(REST_LIMIT, &mut self.task).await;
        let last = self.last.borrow();
        if last.is_empty() { String::new() } else { format!(": {}", *last) }
    }
}

async fn copy(mut stderr: ChildStderr, mut log: BoundedLog, publish: watch::Sender<String>) {
    let mut chunk = vec![0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut chunk).await {
        if let Err(error) = log.write(&chunk[..count]) {
            // A full disk must not stop the engine; its output is read on and dropped.
            tracing::warn!(%error, "the log of Milvus Lite cannot be written");
        }
        let text = String::from_utf8_lossy(&chunk[..count]);
        if let Some(line) = text.lines().map(str::trim).rfind(|line| !line.is_empty()) {
            publish.send_replace(line.chars().take(LINE_CHARACTERS).collect());
        }
    }
}
