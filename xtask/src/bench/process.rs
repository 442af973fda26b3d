//! Child processes that are pinned to a core and never outlive the benchmark.
//!
//! Each is told by the kernel to stop when this process dies, and is stopped when its guard is
//! dropped: first asked, then, with all its children, killed.

use super::memory;
use crate::Result;
use crate::command::{find, program, read};
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How long a process may take to be ready: Envoy reads 100,000 keys in some seconds.
const READY: Duration = Duration::from_mins(1);
/// How long a process may take to end when asked.
const STOP: Duration = Duration::from_secs(3);
/// Between two looks at a process that is not there yet.
const PAUSE: Duration = Duration::from_millis(20);

/// A core of the machine.
#[derive(Clone, Copy)]
pub(super) struct Core(pub(super) usize);

/// A running process.
pub(super) struct Process {
    name: String,
    child: Child,
}

/// The command that runs a program pinned to a core and bound to our life.
pub(super) fn pinned(core: Core, file: impl AsRef<OsStr>) -> Command {
    let mut command = program("setpriv");
    command.args(["--pdeathsig", "TERM", "taskset", "--cpu-list"]);
    command.arg(core.0.to_string()).arg(file);
    command
}

/// Moves a running process, all of its threads, to a core.
pub(super) fn repin(core: Core, process: u32) -> Result<()> {
    let mut command = program("taskset");
    command.args(["--all-tasks", "--cpu-list", "--pid", &core.0.to_string()]);
    read(command.arg(process.to_string())).map(drop)
}

/// Fails with a sentence if what [`pinned`] needs is not there.
pub(super) fn check_tools() -> Result<()> {
    for tool in ["setpriv", "taskset"] {
        if find(tool).is_none() {
            return Err(format!("`{tool}` is missing; install the package util-linux"));
        }
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if cores < 2 {
        return Err("the benchmark needs two cores: one for the proxy, one for the load".into());
    }
    Ok(())
}

impl Process {
    /// Starts a process whose output goes to a file.
    pub(super) fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::create(log).map_err(|e| format!("cannot write {}: {e}", log.display()))?;
        let second = file.try_clone().map_err(|e| format!("cannot share a log: {e}"))?;
        command.stdin(Stdio::null()).stdout(file).stderr(second);
        Ok(Self { name: name.to_owned(), child: spawn(name, command)? })
    }

    /// Starts a process that prints its address as its first line and stops with its input.
    pub(super) fn start_printing(name: &str, command: &mut Command) -> Result<(Self, SocketAddr)> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut process = Self { name: name.to_owned(), child: spawn(name, command)? };
        let Some(output) = process.child.stdout.take() else {
            return Err(format!("{name} has no output"));
        };
        let (sender, line) = channel();
        thread::spawn(move || {
            let mut text = String::new();
            // Whoever waits sees an empty line, or has stopped waiting.
            let _read = BufReader::new(output).read_line(&mut text);
            let _sent = sender.send(text);
        });
        let text = line.recv_timeout(READY).map_err(|_| format!("{name} did not start"))?;
        let address = text.trim().parse().map_err(|_| format!("{name} did not start"))?;
        Ok((process, address))
    }

    /// Waits until the process accepts connections.
    pub(super) fn wait_for(&mut self, address: SocketAddr, log: &Path) -> Result<()> {
        for _ in 0..READY.as_millis() / PAUSE.as_millis() {
            if TcpStream::connect_timeout(&address, PAUSE).is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                let last = said.lines().last().unwrap_or_default();
                return Err(format!("{} ended at once ({status}): {last}", self.name));
            }
            thread::park_timeout(PAUSE);
        }
        Err(format!("{} did not listen on {address} within a minute", self.name))
    }

    /// The process and all its descendants.
    pub(super) fn tree(&self) -> Vec<u32> {
        memory::tree(self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let tree = self.tree();
        drop(self.child.stdin.take());
        signal(self.child.id(), Signal::TERM);
        for _ in 0..STOP.as_millis() / PAUSE.as_millis() {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                break;
            }
            thread::park_timeout(PAUSE);
        }
        // Not yet collected, so its number still means it; its children are ours as long as it is
        // their parent, which `tree` saw a moment ago.
        if matches!(self.child.try_wait(), Ok(None)) {
            for process in tree {
                signal(process, Signal::KILL);
            }
            let _status = self.child.wait();
        }
    }
}

fn spawn(name: &str, command: &mut Command) -> Result<Child> {
    command.spawn().map_err(|error| format!("cannot start {name}: {error}"))
}

fn signal(process: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // It may have ended in the meantime, which is what was wanted.
        let _sent = kill_process(pid, signal);
    }
}

/// A loopback address that was free a moment ago, for programs that cannot choose one themselves.
pub(super) fn free_address() -> Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("no free port on loopback: {error}"))
}
