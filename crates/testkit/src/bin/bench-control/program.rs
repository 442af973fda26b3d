//! The program under test as a process, stopped when its guard is dropped.

use crate::Result;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use testkit::client::{Call, Client};
use testkit::clock::instant;

/// How long the program may take until its gateway is open.
const READY: Duration = Duration::from_mins(5);
/// How long it may take to stop when asked.
const STOP: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

/// Where a program keeps its data.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) keyward: PathBuf,
    pub(crate) data: PathBuf,
    /// The address of a PostgreSQL database, if it is not the SQLite file in the folder.
    pub(crate) database: Option<String>,
}

/// A serving program.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
    gateway: SocketAddr,
    control: SocketAddr,
}

impl Place {
    /// A command of the program on this data.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.keyward);
        command.args(words).arg("--data").arg(&self.data).stdin(Stdio::null());
        if let Some(database) = &self.database {
            command.env("KEYWARD_DATABASE", database);
        }
        command
    }

    /// Starts serving; nothing is waited for.
    pub(crate) fn serve(&self) -> Result<Program> {
        let (gateway, control) = (free_address()?, free_address()?);
        let log = self.data.with_extension("log");
        let file = File::create(&log)?;
        let mut command = self.command(&["serve", "--control-rate", "1000000", "--log", "error"]);
        command.arg("--gateway-listen").arg(gateway.to_string());
        command.arg("--control-listen").arg(control.to_string());
        // The owner's password is printed to the one who founds an installation.
        let child = command.stdout(Stdio::null()).stderr(file).spawn()?;
        Ok(Program { child, log, gateway, control })
    }
}

impl Program {
    /// Where the control API is.
    pub(crate) fn control(&self) -> String {
        format!("http://{}", self.control)
    }

    /// Waits until it has announced itself.
    pub(crate) fn wait(&mut self) -> Result<()> {
        self.until(|program| {
            let said = fs::read_to_string(&program.log).unwrap_or_default();
            said.contains("control API on")
        })
    }

    /// Waits until the gateway lets this key through.
    pub(crate) fn wait_for_key(&mut self, key: &str) -> Result<()> {
        self.until(|program| program.admits(key).unwrap_or(false))
    }

    /// Whether the gateway lets this key through.
    pub(crate) fn admits(&self, key: &str) -> Result<bool> {
        let call = Call::milvus("HasCollection").token(key);
        Ok(Client::connect(self.gateway)?.unary(&call)?.code() == Some(0))
    }

    /// The most memory that was ever resident, in bytes.
    pub(crate) fn peak_memory(&self) -> Option<f64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes * 1024.0)
    }

    fn until(&mut self, mut ready: impl FnMut(&Self) -> bool) -> Result<()> {
        let started = instant();
        while started.elapsed() < READY {
            if ready(self) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                return Err(format!("keyward ended ({status}): {}", said.trim()).into());
            }
            thread::park_timeout(PAUSE);
        }
        Err("keyward was not ready in time".into())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Not collected yet, so its number still means it.
        let _asked = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let started = instant();
        while started.elapsed() < STOP {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::park_timeout(PAUSE);
        }
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A loopback address that was free a moment ago.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// The key of the owner that the program left in its data folder.
pub(crate) fn owner_key(data: &Path) -> Result<String> {
    let text = fs::read_to_string(data.join("admin.json"))?;
    let admin: serde_json::Value = serde_json::from_str(&text)?;
    Ok(admin["apiKey"].as_str().ok_or("admin.json has no key")?.to_owned())
}
