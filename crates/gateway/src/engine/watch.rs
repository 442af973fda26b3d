//! Reading the names in a request while it passes.
//!
//! For a key that is narrowed to some databases or collections, the names decide: nothing goes
//! upstream before they do. A request that is too large to wait goes on as it comes, but what would
//! make its message whole is held back until the whole request is here and its names are admitted.
//! (Servers run a call as soon as they have its message, without waiting for the end of the stream,
//! so holding back the end alone would be too late.) For every other key the names are read for the
//! access log only, and a message that cannot be read is passed on all the same.
//!
//! Watches are reused: a call that is watched allocates nothing once the worker is warm.

use super::call::Call;
use super::forward::Direction;
use super::worker::Worker;
use crate::access_log::Verdict;
use crate::path::Permit;
use crate::path::authorize::Read;
use crate::path::narrow;
use milvus::refusal::Refusal;
use milvus::scan::{Names, Scanner};

/// Watches that are kept for further calls.
const KEPT: usize = 256;
/// A watch that holds more than this is not kept.
const LARGE: usize = 64 * 1024;

/// A request that is not whole goes upstream once it is longer than this. Well below the window of
/// a stream, which the client gets back only for what goes on.
const PATIENCE: u64 = 64 * 1024;

/// The longest answer that is cut down; lists of tens of thousands of names are shorter.
pub(super) const LONGEST_ANSWER: usize = 4 << 20;

/// What was read of one request.
#[derive(Debug)]
pub(super) struct Watch {
    scanner: Scanner,
    /// The database in the metadata; empty for none.
    database: Vec<u8>,
    /// Data that would make the message whole. A frame at most: nothing may follow it.
    held: Vec<u8>,
    /// Bytes of lists of names, as counted among what waits in this worker.
    listed: usize,
    /// Whether the call waits for what is found.
    decides: bool,
    /// Whether it has been given to its cluster all the same.
    sent: bool,
    /// Whether the answer is kept until it is whole, to be cut down.
    keeps_answer: bool,
    answer: Vec<u8>,
}

impl Watch {
    /// The names, once the message is whole.
    fn names(&self) -> Option<Names<'_>> {
        if self.scanner.is_whole() { self.scanner.finish().ok() } else { None }
    }

    /// What has been read.
    pub(super) fn read(&self) -> Read<'_> {
        Read { names: self.names(), database: &self.database }
    }

    /// Bytes that wait here.
    pub(super) fn waiting(&self) -> usize {
        self.held.len() + self.answer.len() + self.listed
    }

    /// Whether it is small enough to be kept for another call.
    fn is_small(&self) -> bool {
        let buffers = self.held.capacity() + self.answer.capacity() + self.database.capacity();
        buffers + self.listed < LARGE
    }

    /// Whether the answer is kept until it is whole, to be cut down.
    pub(super) fn keeps_answer(&self) -> bool {
        self.keeps_answer
    }

    /// The database that is meant and the names of collections and aliases, for the log.
    pub(super) fn told(&self) -> Option<(&[u8], impl Iterator<Item = &str> + Clone)> {
        let names = self.names()?;
        let database = narrow::meant(names.database.as_bytes(), &self.database);
        let singles = [names.collection, names.other].into_iter();
        Some((database, singles.chain(names.collections.iter()).filter(|name| !name.is_empty())))
    }
}

/// What to do with data of a request.
enum Step {
    /// It goes on.
    Pass,
    /// It is kept until the request has ended.
    Hold,
    /// All of it goes on, what was held first.
    Release,
    /// The call ends.
    Refuse(Refusal),
}

impl Worker {
    /// A watch for a call, if its request has names that somebody wants to know.
    pub(super) fn watch(&mut self, permit: &Permit) -> Option<Box<Watch>> {
        let fields = &permit.rpc().fields;
        let decides = permit.awaits_names();
        let is_told = fields.any() && self.parts.access.is_on();
        if !decides && !is_told {
            return None;
        }
        let place = self.head.place();
        let watch = match self.watches.pop() {
            Some(mut watch) => {
                watch.scanner.restart(fields);
                watch.database.clear();
                watch.held.clear();
                watch.answer.clear();
                watch.listed = 0;
                watch.database.extend_from_slice(place.database);
                watch.decides = decides;
                watch.sent = !decides;
                watch.keeps_answer = permit.awaits_answer();
                watch
            }
            None => Box::new(Watch {
                scanner: Scanner::new(fields),
                database: place.database.to_vec(),
                held: Vec::new(),
                listed: 0,
                decides,
                sent: !decides,
                keeps_answer: permit.awaits_answer(),
                answer: Vec::new(),
            }),
        };
        Some(watch)
    }

    /// Keeps the watch of a call that has ended for another one.
    pub(super) fn keep_watch(&mut self, call: Call) {
        if let Some(watch) = call.watch
            && self.watches.len() < KEPT
            && watch.is_small()
        {
            self.watches.push(watch);
        }
    }

    /// Takes data of a request: passes it on, holds it back, or ends the call over what it names.
    pub(super) fn take_request(&mut self, number: usize, data: &[u8], end: bool) {
        if self.calls[number].errand.is_some() {
            self.take_message(number, data, end);
            return;
        }
        match self.step(number, data, end) {
            Step::Pass => {
                self.pass(number, Direction::Request, data, end);
                if self.calls[number].request.bytes > PATIENCE {
                    self.send_once(number);
                }
            }
            Step::Hold => {
                if let Some(watch) = &mut self.calls[number].watch {
                    watch.held.extend_from_slice(data);
                    self.buffered += data.len();
                }
            }
            Step::Release => {
                let Some(watch) = &mut self.calls[number].watch else {
                    return;
                };
                let mut held = std::mem::take(&mut watch.held);
                self.buffered -= held.len();
                if held.is_empty() {
                    self.pass(number, Direction::Request, data, end);
                } else {
                    held.extend_from_slice(data);
                    self.pass(number, Direction::Request, &held, end);
                }
                self.send_once(number);
            }
            Step::Refuse(refusal) => {
                self.calls[number].request.ended |= end;
                self.turn_away(number, &refusal);
            }
        }
    }

    /// Gives a call that waited for its names to its cluster.
    fn send_once(&mut self, number: usize) {
        if let Some(watch) = &mut self.calls[number].watch
            && !std::mem::replace(&mut watch.sent, true)
        {
            self.dispatch(number);
        }
    }

    fn step(&mut self, number: usize, data: &[u8], end: bool) -> Step {
        let call = &mut self.calls[number];
        let Some(watch) = &mut call.watch else {
            return Step::Pass;
        };
        let fed = watch.scanner.feed(data);
        let listed = watch.scanner.held();
        self.buffered += listed - watch.listed;
        watch.listed = listed;
        if !watch.decides {
            return Step::Pass;
        }
        let names = match fed {
            Ok(()) if end => watch.scanner.finish(),
            Ok(()) if watch.scanner.is_whole() => return Step::Hold,
            Ok(()) if watch.sent || call.request.bytes + data.len() as u64 <= PATIENCE => {
                return Step::Pass;
            }
            // It is about to go upstream: what stands in its front may be enough to refuse it.
            Ok(()) => {
                let names = watch.scanner.so_far();
                let held =
                    names.map_or(Ok(()), |names| call.permit.admit_so_far(&names, &watch.database));
                return held.map_or_else(Step::Refuse, |()| Step::Pass);
            }
            Err(fault) => Err(fault),
        };
        match names.map_err(Refusal::MalformedMessage) {
            Ok(names) => match call.permit.admit(&names, &watch.database) {
                Ok(()) => Step::Release,
                Err(refusal) => Step::Refuse(refusal),
            },
            Err(refusal) => Step::Refuse(refusal),
        }
    }

    /// Keeps more of an answer that has to be cut down; false if it is too long.
    pub(super) fn keep_answer(&mut self, number: usize, data: &[u8]) -> bool {
        let Some(watch) = &mut self.calls[number].watch else {
            return false;
        };
        if watch.answer.len() + data.len() > LONGEST_ANSWER {
            return false;
        }
        watch.answer.extend_from_slice(data);
        self.buffered += data.len();
        self.acknowledge(
            number,
            Direction::Response,
            u32::try_from(data.len()).unwrap_or(u32::MAX),
        );
        true
    }

    /// Passes on what of a whole answer the key may see.
    ///
    /// # Errors
    /// Nothing of it may be seen.
    pub(super) fn release_answer(&mut self, number: usize) -> Result<(), Refusal> {
        let call = &mut self.calls[number];
        let Some(watch) = call.watch.as_mut().filter(|watch| watch.keeps_answer) else {
            return Ok(());
        };
        watch.keeps_answer = false;
        let kept = std::mem::take(&mut watch.answer);
        self.buffered -= kept.len();
        // A failed call has no message.
        if !kept.is_empty() {
            let answer = call.permit.cut_down(watch.read(), &kept)?;
            self.pass(number, Direction::Response, &answer, false);
        }
        Ok(())
    }

    /// Refuses a call whose head was allowed. The engine has not got its message, or not whole.
    pub(super) fn turn_away(&mut self, number: usize, refusal: &Refusal) {
        self.calls[number].rule = refusal.rule();
        self.say_no(number, refusal);
        self.end(number, Verdict::Refused);
    }
}
