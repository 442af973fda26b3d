//! One engine process: from its start until it accepts calls, and its end.

use super::group::Group;
use super::install::Installation;
use super::orphan;
use super::output::Output;
use crate::data::{DataFolder, failure, private};
use crate::probe;
use model::cluster::UpstreamAddress;
use model::{ClusterId, Entropy, Error, ErrorKind, SecretText};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// Starting takes seconds; on a busy machine that reads the packages for the first time, longer.
const START_LIMIT: Duration = Duration::from_mins(2);
/// Longer than the engine itself waits for calls to end.
const STOP_LIMIT: Duration = Duration::from_secs(8);
const ANSWER_BYTES: u64 = 4096;

/// How to start the engine of one cluster.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments; the data folder is added as the last one.
    pub arguments: Vec<OsString>,
    /// The cluster's data.
    pub data: PathBuf,
    /// Where the process is noted.
    pub pid_file: PathBuf,
    /// Where its output goes.
    pub log: PathBuf,
}

impl Launch {
    /// The engine of a cluster in this data folder.
    pub fn new(folder: &DataFolder, installation: &Installation, cluster: ClusterId) -> Self {
        Self {
            program: installation.python(),
            arguments: vec!["-I".into(), "-u".into(), installation.launcher().into()],
            data: folder.clusters().join(cluster.to_string()),
            pid_file: folder.clusters().join(format!("{cluster}.pid")),
            log: folder.logs().join(format!("{cluster}.log")),
        }
    }
}

/// Where a running engine is, and what it wants to see before it answers.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its loopback address.
    pub address: UpstreamAddress,
    /// The token of this start.
    pub credential: SecretText,
}

#[derive(Serialize)]
struct Settings<'a> {
    data_dir: &'a Path,
    token: &'a str,
}

#[derive(Deserialize)]
struct Ready {
    port: u16,
    pid: u32,
}

/// A running engine. Dropping it kills the process; [`Process::stop`] lets it close its data.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: Group,
    /// The engine runs as long as this is open.
    lifeline: ChildStdin,
    endpoint: Endpoint,
    output: Output,
}

impl Process {
    /// Starts the engine and waits until it accepts calls.
    ///
    /// # Errors
    /// One sentence, with the last line the engine printed if it ended.
    pub(super) async fn start(launch: &Launch, entropy: &dyn Entropy) -> Result<Self, Error> {
        private::folder(&launch.data)?;
        orphan::end(&launch.pid_file, &launch.data).await?;
        let (mut child, lifeline, stdout, stderr) = spawn(launch)?;
        let group = Group::of(&child);
        let pid = child.id().unwrap_or_default();
        orphan::note(&launch.pid_file, pid)?;
        let mut output = Output::follow(stderr, &launch.log)?;
        let token = token(entropy);
        let ready =
            tokio::time::timeout(START_LIMIT, talk(&launch.data, &token, pid, lifeline, stdout));
        match ready.await {
            Ok(Ok((lifeline, address))) => Ok(Self {
                child,
                group,
                lifeline,
                endpoint: Endpoint { address, credential: token },
                output,
            }),
            Ok(Err(reason)) => {
                // It has closed its end: give it the moment it needs to say why.
                let _ = tokio::time::timeout(STOP_LIMIT, child.wait()).await;
                Err(failed(&reason, &mut output).await)
            }
            Err(_) => Err(failed("did not start in time", &mut output).await),
        }
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Waits until the engine ends by itself, and says how.
    pub(super) async fn ended(&mut self) -> Error {
        let how = match self.child.wait().await {
            Ok(status) => {
                self.group.ended();
                format!("stopped ({status})")
            }
            Err(error) => format!("was lost ({error})"),
        };
        failed(&how, &mut self.output).await
    }

    /// Lets the engine end its calls and close its data; kills it if that takes too long.
    pub(super) async fn stop(self) {
        let Self { mut child, mut group, lifeline, .. } = self;
        drop(lifeline);
        if tokio::time::timeout(STOP_LIMIT, child.wait()).await.is_ok() {
            group.ended();
        } else {
            tracing::warn!("Milvus Lite did not stop in time and was killed");
        }
    }
}

type Parts = (Child, ChildStdin, ChildStdout, ChildStderr);

fn spawn(launch: &Launch) -> Result<Parts, Error> {
    let own = std::env::vars_os().filter(|(name, _)| {
        // The engine has no business with the secrets the command line may find there.
        name.to_string_lossy().starts_with("KEYWARD_")
    });
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.arguments)
        .arg(&launch.data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    for (name, _) in own {
        command.env_remove(name);
    }
    let mut child =
        command.spawn().map_err(|error| failure::file("start", &launch.program, &error))?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
        return Err(Error::internal("an engine was started without its pipes"));
    };
    Ok((child, stdin, stdout, stderr))
}

/// Hands the engine its settings, and takes its port once it accepts calls there.
async fn talk(
    data: &Path,
    token: &SecretText,
    pid: u32,
    mut lifeline: ChildStdin,
    stdout: ChildStdout,
) -> Result<(ChildStdin, UpstreamAddress), String> {
    let settings = Settings { data_dir: data, token: token.expose() };
    let mut line = serde_json::to_vec(&settings).map_err(|error| error.to_string())?;
    line.push(b'\n');
    let stopped = |_| "stopped while starting".to_owned();
    lifeline.write_all(&line).await.map_err(stopped)?;
    let mut answer = String::new();
    let mut reader = BufReader::new(stdout.take(ANSWER_BYTES));
    reader.read_line(&mut answer).await.map_err(stopped)?;
    if answer.is_empty() {
        return Err("stopped while starting".to_owned());
    }
    let ready: Ready =
        serde_json::from_str(&answer).map_err(|_| "gave an unexpected answer".to_owned())?;
    if ready.pid != pid {
        return Err("answered from another process".to_owned());
    }
    let address = UpstreamAddress::parse(&format!("http://127.0.0.1:{}", ready.port))
        .map_err(|error| error.message())?;
    probe::speaks_http2(&address).await?;
    Ok((lifeline, address))
}

/// A token nobody can guess: 128 random bits.
fn token(entropy: &dyn Entropy) -> SecretText {
    let mut bytes = [0u8; 16];
    entropy.fill(&mut bytes);
    SecretText::new(format!("{:032x}", u128::from_le_bytes(bytes)))
}

/// What happened, and the last thing the engine said about it.
async fn failed(how: &str, output: &mut Output) -> Error {
    let said = output.last_line().await;
    let log = output.path().display();
    Error::new(ErrorKind::Unavailable, format!("Milvus Lite {how}{said} (log: {log})"))
}
