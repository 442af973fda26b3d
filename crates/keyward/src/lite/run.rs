//! Runs one command of the installation to its end, its output in a log file and line by line.

use super::group::Group;
use super::log::BoundedLog;
use std::collections::VecDeque;
use std::io;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;

/// Lines kept of the output's end, to find out why a command failed.
const TAIL_LINES: usize = 60;
const LINE_BYTES: usize = 2000;

/// How a command ended.
#[derive(Debug)]
pub(super) struct Finished {
    /// It ended by itself and said that it succeeded.
    pub(super) success: bool,
    /// The last lines it printed.
    pub(super) tail: String,
}

/// Runs the command; dropping the future, or the limit, ends it and all it started.
pub(super) async fn run(
    command: Command,
    log: &mut BoundedLog,
    limit: Duration,
    mut on_line: impl FnMut(&str),
) -> io::Result<Finished> {
    let mut lines = Lines::default();
    let finished = tokio::time::timeout(limit, follow(command, log, &mut lines, &mut on_line));
    let success = if let Ok(ended) = finished.await {
        ended?
    } else {
        lines.tail.push_back("the time for this step ran out".to_owned());
        false
    };
    let tail = Vec::from(lines.tail).join("\n");
    Ok(Finished { success, tail })
}

async fn follow(
    mut command: Command,
    log: &mut BoundedLog,
    lines: &mut Lines,
    on_line: &mut impl FnMut(&str),
) -> io::Result<bool> {
    let (reader, writer) = io::pipe()?;
    command
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut group = Group::of(&child);
    // The command holds the pipe's other end: without this it would never close.
    drop(command);
    let mut output = Receiver::from_owned_fd(reader.into())?;
    let mut chunk = vec![0; 8192];
    loop {
        let count = output.read(&mut chunk).await?;
        if count == 0 {
            break;
        }
        log.write(&chunk[..count])?;
        lines.push(&chunk[..count], on_line);
    }
    let status = child.wait().await?;
    group.ended();
    Ok(status.success())
}

/// Cuts output into lines of bounded length and keeps the last ones.
#[derive(Default)]
struct Lines {
    current: Vec<u8>,
    tail: VecDeque<String>,
}

impl Lines {
    fn push(&mut self, chunk: &[u8], on_line: &mut impl FnMut(&str)) {
        for &byte in chunk {
            if byte != b'\n' {
                if self.current.len() < LINE_BYTES {
                    self.current.push(byte);
                }
                continue;
            }
            let line = String::from_utf8_lossy(&self.current).trim().to_owned();
            self.current.clear();
            on_line(&line);
            if self.tail.len() == TAIL_LINES {
                self.tail.pop_front();
            }
            self.tail.push_back(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shell(script: &str, limit: Duration) -> (Finished, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let mut log = BoundedLog::open(&folder.path().join("x.log")).unwrap();
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        let mut seen = Vec::new();
        let finished =
            run(command, &mut log, limit, |line| seen.push(line.to_owned())).await.unwrap();
        (finished, seen)
    }

    #[tokio::test]
    async fn output_arrives_line_by_line_and_the_end_is_told() {
        let (finished, seen) = shell("echo a; echo b >&2; exit 3", Duration::from_secs(20)).await;
        assert_eq!(seen, ["a", "b"]);
        assert!(!finished.success);
        assert_eq!(finished.tail, "a\nb");
    }

    #[tokio::test]
    async fn the_limit_ends_the_command_and_its_children() {
        let script = "sleep 600 & echo $!; wait";
        let (finished, seen) = shell(script, Duration::from_millis(300)).await;
        assert!(!finished.success);
        assert!(finished.tail.contains("ran out"), "{finished:?}");
        let stat = format!("/proc/{}/stat", seen[0]);
        let ended = || std::fs::read_to_string(&stat).map_or(true, |text| text.contains(") Z "));
        let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
        while !ended() {
            assert!(tokio::time::Instant::now() < deadline, "the child is alive");
            tokio::task::yield_now().await;
        }
    }
}
