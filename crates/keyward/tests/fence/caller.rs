//! One caller: make a key, use it, have it deleted in the middle, look what still works.

use crate::system::{Owner, System};
use std::io;
use std::ops::Add;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use testkit::client::{Answer, Call, Client};

/// gRPC statuses.
const OK: Option<u32> = Some(0);
const UNAUTHENTICATED: Option<u32> = Some(16);
/// Every so many keys of a caller have an answer that flows without end.
const FLOOD_EVERY: usize = 16;

/// What was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Report {
    /// Keys deleted.
    pub(crate) deletes: u64,
    /// Calls answered with success.
    pub(crate) answered: u64,
    /// Calls sent after the answer to the deletion, and admitted.
    pub(crate) admitted: u64,
    /// Calls of a dead key that were still running after a later call was answered.
    pub(crate) still_running: u64,
    /// Deletions whose answer did not say that the key is dead.
    pub(crate) unsettled: u64,
    /// Keys that did not open anything yet when the answer to their creation had arrived.
    pub(crate) late: u64,
    /// Connections the gateway reset because unread bytes of a dead key waited on them.
    pub(crate) lost_connections: u64,
}

impl Add for Report {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            deletes: self.deletes + other.deletes,
            answered: self.answered + other.answered,
            admitted: self.admitted + other.admitted,
            still_running: self.still_running + other.still_running,
            unsettled: self.unsettled + other.unsettled,
            late: self.late + other.late,
            lost_connections: self.lost_connections + other.lost_connections,
        }
    }
}

/// Has so many callers share so many keys.
pub(crate) fn run(system: &System, callers: usize, keys: usize) -> Report {
    let left = AtomicUsize::new(keys);
    // The same connection asks with this key when the other one is dead.
    let (_, barrier) = system.owner().create();
    let late = wait_until_open(&mut connect(system), &barrier).unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|_| scope.spawn(|| Caller::new(system, &barrier).work(&left)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .fold(Report { late, ..Report::default() }, |sum, report| sum + report)
    })
}

struct Caller<'s> {
    system: &'s System,
    owner: Owner,
    barrier: &'s str,
    client: Client,
    report: Report,
}

impl<'s> Caller<'s> {
    fn new(system: &'s System, barrier: &'s str) -> Self {
        let client = connect(system);
        Self { system, owner: system.owner(), barrier, client, report: Report::default() }
    }

    fn work(mut self, left: &AtomicUsize) -> Report {
        let mut round = 0;
        while left
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1))
            .is_ok()
        {
            round += 1;
            self.one_key(round % FLOOD_EVERY == 1);
        }
        self.report
    }

    /// The life of one key.
    fn one_key(&mut self, flood: bool) {
        let (id, key) = self.owner.create();
        if self.use_until_deleted(&id, &key, flood).is_err() {
            // Reset by the gateway, which is allowed to where bytes of the dead key waited unread.
            self.report.lost_connections += 1;
            self.client = connect(self.system);
            let after = self.client.unary(&call("HasCollection", &key)).unwrap();
            self.report.admitted += u64::from(after.code() == OK);
        }
        self.report.deletes += 1;
    }

    fn use_until_deleted(&mut self, id: &str, key: &str, flood: bool) -> io::Result<()> {
        self.report.late += wait_until_open(&mut self.client, key)?;
        let held = self.client.send(&call("Search", key))?;
        let flowing = flood.then(|| self.client.send(&call("Query", key))).transpose()?;
        if let Some(stream) = flowing {
            self.client.wait_for_body(stream, 1)?;
        }
        // Answered after the calls before it on this connection were taken in.
        let first = self.client.unary(&call("HasCollection", key))?;
        assert_eq!(first.code(), OK, "{}", first.text());
        self.report.answered += 1;
        let deleted = AtomicBool::new(false);
        let used = std::thread::scope(|scope| {
            let (owner, deleted) = (&self.owner, &deleted);
            let delete = scope.spawn(move || {
                let settled = owner.delete(id);
                deleted.store(true, Ordering::Release);
                settled
            });
            let used = use_until(&mut self.client, &mut self.report, key, deleted);
            self.report.unsettled += u64::from(!delete.join().unwrap());
            used
        });
        used?;
        self.look(held, flowing)
    }

    /// After the answer: a later call on this connection, and then what is still running.
    fn look(&mut self, held: u32, flowing: Option<u32>) -> io::Result<()> {
        let later = self.client.unary(&call("HasCollection", self.barrier))?;
        assert_eq!(later.code(), OK, "{}", later.text());
        self.report.answered += 1;
        for stream in [Some(held), flowing].into_iter().flatten() {
            if self.client.is_over(stream) {
                let answer: Answer = self.client.finish(stream)?;
                assert_eq!(answer.code(), UNAUTHENTICATED, "{}", answer.text());
                assert!(answer.text().contains("was deleted"), "{}", answer.text());
            } else {
                self.report.still_running += 1;
                self.client.reset(stream)?;
            }
        }
        Ok(())
    }
}

/// Calls with a new key until it opens; 1 if it did not at once.
fn wait_until_open(client: &mut Client, key: &str) -> io::Result<u64> {
    let mut tries = 0;
    while client.unary(&call("HasCollection", key))?.code() != OK {
        tries += 1;
        assert!(tries < 1_000_000, "a new key never opened anything");
    }
    Ok(u64::from(tries > 0))
}

/// Calls with the key until one was sent after the answer to its deletion.
fn use_until(
    client: &mut Client,
    report: &mut Report,
    key: &str,
    deleted: &AtomicBool,
) -> io::Result<()> {
    loop {
        let over = deleted.load(Ordering::Acquire);
        let answer = client.unary(&call("HasCollection", key))?;
        report.answered += u64::from(answer.code() == OK);
        report.admitted += u64::from(over && answer.code() == OK);
        if over {
            return Ok(());
        }
    }
}

fn call(rpc: &str, key: &str) -> Call {
    Call::milvus(rpc).token(key)
}

fn connect(system: &System) -> Client {
    let mut client = Client::connect(system.gateway).unwrap();
    client.set_patience(Duration::from_mins(1)).unwrap();
    client
}
