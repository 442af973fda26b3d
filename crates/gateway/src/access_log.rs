//! The access log: one JSON line a call, naming the key or user and never a secret.
//!
//! Workers format lines into a buffer of their own and hand full buffers to one writing thread.
//! When the disk cannot follow, whole buffers are dropped and counted; a call never waits for its
//! log.

use model::{KeyId, Timestamp};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A worker's buffer is handed over when it is this long, or once a second.
const BUFFER: usize = 64 * 1024;
/// Buffers that may wait for the disk.
const QUEUE: usize = 64;

/// How a call ended, as the log and the metrics tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was allowed, and the engine's answer was passed on.
    Allowed,
    /// It was refused before the engine had its message whole.
    Refused,
    /// It was allowed, and the gateway ended it for want of an engine or of time.
    Failed,
    /// It was allowed, and ended because its key or cluster was taken away.
    Cut,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [Self::Allowed, Self::Refused, Self::Failed, Self::Cut];

    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Cut => "cut",
        }
    }
}

/// One call for the log.
pub struct Line<'a> {
    /// When it ended.
    pub time: Timestamp,
    /// The key it was made with, if that is known.
    pub key: Option<KeyId>,
    /// The name of the cluster's user that made it, if that is proved.
    pub user: Option<&'a str>,
    /// The cluster it went to.
    pub cluster: Option<&'a str>,
    /// The RPC; the table's own name, never the client's text.
    pub rpc: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// The rule that allowed or refused it.
    pub rule: &'static str,
    /// What its request names, if that was read.
    pub names: Option<Named<'a>>,
    /// gRPC status of the answer.
    pub status: Option<u32>,
    /// How long it took in the gateway and the engine.
    pub elapsed: Duration,
    /// Bytes of the request's body.
    pub request: u64,
    /// Bytes of the answer's body.
    pub response: u64,
    /// Where the client is.
    pub peer: Option<SocketAddr>,
}

/// What a request names, in the client's own text.
pub struct Named<'a> {
    /// The database that is meant.
    database: &'a [u8],
    /// The first collection or alias.
    collection: Option<&'a str>,
    /// How many there are.
    collections: usize,
}

impl<'a> Named<'a> {
    /// A database, and any number of collections and aliases.
    pub fn new((database, mut names): (&'a [u8], impl Iterator<Item = &'a str> + Clone)) -> Self {
        let collections = names.clone().count();
        Self { database, collection: names.next(), collections }
    }
}

/// A worker's end of the log.
pub struct AccessWriter {
    sender: Option<SyncSender<Vec<u8>>>,
    buffer: Vec<u8>,
    dropped: Arc<AtomicU64>,
    second: Stamp,
}

/// The text of the time written last: most lines share its millisecond.
struct Stamp {
    time: Option<Timestamp>,
    text: String,
}

impl AccessWriter {
    /// Whether there is a log at all.
    pub fn is_on(&self) -> bool {
        self.sender.is_some()
    }

    /// Whether nothing waits to be handed over.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// Writes one call down.
    pub fn write(&mut self, line: &Line<'_>) {
        if self.sender.is_none() {
            return;
        }
        if self.second.time != Some(line.time) {
            self.second = Stamp { time: Some(line.time), text: line.time.to_string() };
        }
        format(&mut self.buffer, &self.second.text, line);
        if self.buffer.len() >= BUFFER {
            self.flush();
        }
    }

    /// Hands over what waits.
    pub fn flush(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        let full = std::mem::replace(&mut self.buffer, Vec::with_capacity(BUFFER + 1024));
        let Some(sender) = &self.sender else { return };
        if let Err(error) = sender.try_send(full) {
            let lost = match error {
                std::sync::mpsc::TrySendError::Full(lost)
                | std::sync::mpsc::TrySendError::Disconnected(lost) => lost,
            };
            self.dropped.fetch_add(lines_in(&lost), Ordering::Relaxed);
        }
    }
}

fn lines_in(buffer: &[u8]) -> u64 {
    buffer.split(|&byte| byte == b'\n').count() as u64 - 1
}

/// Only what the client named needs escaping: all else are ids, names of tables, numbers and
/// addresses.
fn format(out: &mut Vec<u8>, time: &str, line: &Line<'_>) {
    out.extend_from_slice(b"{\"time\":\"");
    out.extend_from_slice(time.as_bytes());
    if let Some(key) = line.key {
        let _ = write!(out, "\",\"key\":\"{key}");
    }
    if let Some(user) = line.user {
        out.extend_from_slice(b"\",\"user\":\"");
        escaped(out, user.as_bytes());
    }
    if let Some(cluster) = line.cluster {
        out.extend_from_slice(b"\",\"cluster\":\"");
        out.extend_from_slice(cluster.as_bytes());
    }
    for (name, value) in [
        (&b"\",\"rpc\":\""[..], line.rpc),
        (b"\",\"decision\":\"", line.verdict.as_str()),
        (b"\",\"rule\":\"", line.rule),
    ] {
        out.extend_from_slice(name);
        out.extend_from_slice(value.as_bytes());
    }
    out.push(b'"');
    if let Some(names) = &line.names {
        out.extend_from_slice(b",\"database\":\"");
        escaped(out, names.database);
        if let Some(collection) = names.collection {
            out.extend_from_slice(b"\",\"collection\":\"");
            escaped(out, collection.as_bytes());
        }
        out.push(b'"');
        if names.collections > 1 {
            number(out, b",\"collections\":", names.collections as u64);
        }
    }
    if let Some(status) = line.status {
        number(out, b",\"status\":", u64::from(status));
    }
    number(out, b",\"micros\":", u64::try_from(line.elapsed.as_micros()).unwrap_or(u64::MAX));
    number(out, b",\"requestBytes\":", line.request);
    number(out, b",\"responseBytes\":", line.response);
    if let Some(peer) = line.peer {
        let _ = write!(out, ",\"client\":\"{}\"", peer.ip());
    }
    out.extend_from_slice(b"}\n");
}

/// As much of a client's text as a name may be long, so that it stays within its quotes.
fn escaped(out: &mut Vec<u8>, text: &[u8]) {
    const LONGEST: usize = 255;
    for character in String::from_utf8_lossy(&text[..text.len().min(LONGEST)]).chars() {
        match character {
            '"' | '\\' => {
                out.extend_from_slice(if character == '"' { b"\\\"" } else { b"\\\\" });
            }
            character if character.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            character => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

fn number(out: &mut Vec<u8>, name: &[u8], value: u64) {
    out.extend_from_slice(name);
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        // A remainder of ten fits a byte.
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// The writing thread and how to make workers' ends.
pub struct AccessLog {
    sender: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
    dropped: Arc<AtomicU64>,
}

impl AccessLog {
    /// Opens the file (owner-only, appended to) and starts the thread; does nothing without a path.
    ///
    /// # Errors
    /// The file cannot be opened, or the system cannot start a thread.
    pub fn start(path: Option<&Path>, most: u64) -> io::Result<Self> {
        let dropped = Arc::new(AtomicU64::new(0));
        let Some(path) = path else {
            return Ok(Self { sender: None, thread: None, dropped });
        };
        let mut file = LogFile::open(path, most)?;
        let (sender, buffers): (_, Receiver<Vec<u8>>) = sync_channel(QUEUE);
        let lost = dropped.clone();
        let run = move || {
            for buffer in buffers {
                if let Err(error) = file.append(&buffer) {
                    tracing::error!(%error, "cannot write the access log");
                    lost.fetch_add(lines_in(&buffer), Ordering::Relaxed);
                }
            }
        };
        let thread = thread::Builder::new().name("gateway-log".into()).spawn(run)?;
        Ok(Self { sender: Some(sender), thread: Some(thread), dropped })
    }

    /// An end for one worker.
    pub fn writer(&self) -> AccessWriter {
        AccessWriter {
            sender: self.sender.clone(),
            buffer: Vec::new(),
            dropped: self.dropped.clone(),
            second: Stamp { time: None, text: String::new() },
        }
    }

    /// Lines that were lost because the disk could not follow.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until everything handed over is written. The workers must have ended.
    pub fn finish(mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed when it happened.
            let _ = thread.join();
        }
    }
}

/// The file, begun anew when it is long enough; one older file is kept beside it.
struct LogFile {
    path: PathBuf,
    file: File,
    length: u64,
    most: u64,
}

impl LogFile {
    fn open(path: &Path, most: u64) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, length, most })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.length > 0 && self.length + bytes.len() as u64 > self.most {
            let mut older = self.path.clone().into_os_string();
            older.push(".1");
            std::fs::rename(&self.path, older)?;
            *self = Self::open(&self.path, self.most)?;
        }
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_with_every_field() {
        let mut out = Vec::new();
        format(
            &mut out,
            "2026-11-23T18:33:22.007Z",
            &Line {
                time: Timestamp::from_millis(0),
                key: KeyId::from_number(0),
                user: None,
                cluster: Some("in01-000000000000000"),
                rpc: "Search",
                verdict: Verdict::Allowed,
                rule: "Admin",
                names: Some(Named::new((b"a\"b\\\n\xff", ["docs", "films"].into_iter()))),
                status: Some(0),
                elapsed: Duration::from_micros(1234),
                request: 0,
                response: u64::MAX,
                peer: Some(([127, 0, 0, 1], 5).into()),
            },
        );
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "{\"time\":\"2026-11-23T18:33:22.007Z\",\"key\":\"key-aaaaaaaaaaaaaaaaaaaaaa\",\
             \"cluster\":\"in01-000000000000000\",\"rpc\":\"Search\",\"decision\":\"allowed\",\
             \"rule\":\"Admin\",\
             \"database\":\"a\\\"b\\\\\\u000a\u{fffd}\",\"collection\":\"docs\",\"collections\":2,\"status\":0,\"micros\":1234,\"requestBytes\":0,\
             \"responseBytes\":18446744073709551615,\"client\":\"127.0.0.1\"}\n"
        );
    }
}
