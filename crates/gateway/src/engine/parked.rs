//! Calls that wait for a password to be checked.
//!
//! Nothing is decided about a parked call: its head is kept, its body waits within the window that
//! its client was given, and when the check is done it is decided like a call that has just come,
//! on the table as it is then. So a change needs to cut nothing here. What ends a call otherwise
//! ends it here too: the client goes or resets the stream, its time is over, the gateway stops or
//! its lease ends.

use super::Fault;
use super::admit::Arrived;
use super::command::Waiting;
use super::connection::Connection;
use super::forward::Direction;
use super::link::{STREAM_WINDOW, wider};
use super::worker::Worker;
use crate::passwords::Check;
use crate::path::Head;
use http2::frame::Reason;
use milvus::refusal::Refusal;
use std::time::{Duration, Instant};

/// Calls that may be parked in one worker.
const MOST: usize = 1024;
/// How often a call is parked: a user may have got another password while one was checked.
const TRIES: u8 = 3;
/// When to come back if there is no place.
const CROWDED: Refusal = Refusal::RateLimited { retry_after: Duration::from_secs(1) };

/// One parked call.
pub(super) struct Parked {
    ticket: u64,
    head: Head,
    body: Vec<u8>,
    /// Bytes of DATA that came, padding included.
    received: u32,
    ended: bool,
    /// How much the client has widened the window of the answer.
    widened: i64,
    tries: u8,
    started: Instant,
    deadline: Instant,
}

impl Worker {
    /// Parks the call whose head was read last until its password is checked.
    pub(super) fn park(&mut self, arrived: Arrived, check: Check) {
        let Arrived { client, stream, .. } = arrived;
        let crowded = self.parked.len() >= MOST || arrived.tries >= TRIES;
        let address = self.origin(client).address;
        let ticket = self.next_ticket();
        let waiting = Waiting { client, stream, ticket };
        let begun = if crowded {
            Err(CROWDED)
        } else {
            let now = self.moment.nanos;
            self.parts.passwords.begin(check, (address, now), waiting, &self.outlet)
        };
        if let Err(refusal) = begun {
            self.refuse(client, stream, arrived.ended, &refusal.into());
            return;
        }
        let parked = Parked {
            ticket,
            deadline: self.deadline(),
            head: std::mem::take(&mut self.head),
            body: Vec::new(),
            received: 0,
            ended: arrived.ended,
            widened: 0,
            tries: arrived.tries + 1,
            started: self.now,
        };
        self.parked.insert((client, stream), parked);
        self.count_parked(client, 1);
    }

    /// Takes data of a parked call; false if there is no such call.
    pub(super) fn park_data(
        &mut self,
        client: usize,
        stream: u32,
        data: &[u8],
        (received, end): (u32, bool),
    ) -> Result<bool, Fault> {
        let Some(parked) = self.parked.get_mut(&(client, stream)) else {
            return Ok(false);
        };
        if parked.ended {
            return Err(Reason::STREAM_CLOSED.into());
        }
        parked.received = parked.received.saturating_add(received);
        if parked.received > STREAM_WINDOW {
            return Err(Reason::FLOW_CONTROL_ERROR.into());
        }
        parked.ended = end;
        parked.body.extend_from_slice(data);
        self.buffered += data.len();
        Ok(true)
    }

    /// Takes a wider window for the answer of a parked call.
    pub(super) fn park_window(
        &mut self,
        client: usize,
        stream: u32,
        increment: u32,
    ) -> Result<(), Fault> {
        let first = self.connections.get(client).map_or(0, |c| c.link.peer_window);
        if let Some(parked) = self.parked.get_mut(&(client, stream)) {
            parked.widened = wider(first + parked.widened, increment)? - first;
        }
        Ok(())
    }

    /// Forgets a parked call whose client does not want it any more.
    pub(super) fn unpark(&mut self, client: usize, stream: u32) {
        let _ = self.take_parked(client, stream);
    }

    /// Forgets the parked calls of a client that has gone.
    pub(super) fn unpark_all(&mut self, client: usize) {
        if self.parked.is_empty() {
            return;
        }
        let mine: Vec<u32> =
            self.parked.keys().filter(|place| place.0 == client).map(|place| place.1).collect();
        for stream in mine {
            self.unpark(client, stream);
        }
    }

    /// Ends the parked calls whose time is over.
    pub(super) fn end_late_parked(&mut self) {
        let now = self.now;
        self.end_parked(|parked| parked.deadline <= now, &Refusal::DeadlineExceeded);
    }

    /// Ends some of the parked calls with a refusal.
    pub(super) fn end_parked(&mut self, which: impl Fn(&Parked) -> bool, refusal: &Refusal) {
        let ending: Vec<(usize, u32)> = self
            .parked
            .iter()
            .filter(|(_, parked)| which(parked))
            .map(|(place, _)| *place)
            .collect();
        for (client, stream) in ending {
            if let Some(parked) = self.take_parked(client, stream) {
                self.head = parked.head;
                self.refuse(client, stream, parked.ended, &refusal.clone().into());
            }
        }
    }

    /// A password was checked: its call goes on, unless it has ended meanwhile.
    pub(super) fn checked(&mut self, waiting: Waiting, right: bool) {
        let Waiting { client, stream, ticket } = waiting;
        let place = (client, stream);
        if self.parked.get(&place).is_none_or(|parked| parked.ticket != ticket) {
            return;
        }
        let Some(mut parked) = self.take_parked(client, stream) else {
            return;
        };
        self.head = std::mem::take(&mut parked.head);
        if !right {
            self.refuse(client, stream, parked.ended, &Refusal::UnknownUser.into());
            return;
        }
        let has_body = !parked.body.is_empty();
        let Parked { ended, tries, .. } = parked;
        self.judge(Arrived { client, stream, ended, has_body, tries });
        self.go_on(client, stream, parked);
    }

    /// Gives a call that was decided what came while it was parked.
    fn go_on(&mut self, client: usize, stream: u32, parked: Parked) {
        if let Some(again) = self.parked.get_mut(&(client, stream)) {
            self.buffered += parked.body.len();
            let Parked { body, received, widened, started, deadline, .. } = parked;
            *again = Parked {
                body,
                received,
                widened,
                started,
                deadline,
                ticket: again.ticket,
                tries: again.tries,
                ended: again.ended,
                head: std::mem::take(&mut again.head),
            };
            return;
        }
        let Some(&number) = self
            .connections
            .get(client)
            .and_then(|connection| connection.link.streams.get(&stream))
        else {
            return;
        };
        let call = &mut self.calls[number];
        call.started = parked.started;
        call.deadline = parked.deadline;
        call.response.window += parked.widened;
        // It kept to the window while it was parked.
        let _ = call.request.received(parked.received);
        let padding = parked.received.saturating_sub(count(&parked.body));
        if !parked.body.is_empty() {
            self.take_request(number, &parked.body, parked.ended);
        }
        if padding > 0 && self.calls.contains(number) {
            self.acknowledge(number, Direction::Request, padding);
        }
    }

    fn take_parked(&mut self, client: usize, stream: u32) -> Option<Parked> {
        let parked = self.parked.remove(&(client, stream))?;
        self.buffered -= parked.body.len();
        self.count_parked(client, -1);
        Some(parked)
    }

    fn count_parked(&mut self, client: usize, change: isize) {
        if let Some(client) = self.connections.get_mut(client).and_then(Connection::client) {
            client.parked = client.parked.saturating_add_signed(change);
        }
    }

    /// A number that no other parked call or errand of this worker has.
    pub(super) fn next_ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }
}

/// The length of a body, which is no longer than a window.
fn count(body: &[u8]) -> u32 {
    u32::try_from(body.len()).unwrap_or(u32::MAX)
}
