//! Passing DATA on, under both sides' windows.
//!
//! Data goes straight from the read buffer into the receiver's write buffer. What the receiver has
//! no window or room for waits in the call, bounded by the window the sender was given, and the
//! sender gets its window back only as data moves on.

use super::Fault;
use super::call::{Flow, Upstream};
use super::link::{Link, wider};
use super::worker::Worker;
use http2::frame::{self, Reason};

/// Which way data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// From the client to the engine.
    Request,
    /// From the engine to the client.
    Response,
}

impl Worker {
    /// Passes data on, or keeps it; `end` says that the sender has finished.
    pub(super) fn pass(&mut self, number: usize, direction: Direction, data: &[u8], end: bool) {
        let receiver = self.receiver(number, direction);
        let call = &mut self.calls[number];
        let flow = match direction {
            Direction::Request => &mut call.request,
            Direction::Response => &mut call.response,
        };
        flow.bytes += data.len() as u64;
        flow.ended |= end;
        let mut sent = 0;
        if let Some((index, stream)) = receiver {
            let link = &mut self.connections[index].link;
            if flow.queue.waiting().is_empty() {
                sent = write_data(link, flow, stream, data);
            }
            if sent < data.len() {
                flow.queue.keep(&data[sent..]);
                block(link, flow, number);
            }
            self.touch(index);
        } else {
            flow.queue.keep(data);
        }
        self.buffered += data.len() - sent;
        if sent > 0 {
            self.acknowledge(number, direction, u32::try_from(sent).unwrap_or(u32::MAX));
        }
        self.finish_if_answered(number, direction);
    }

    /// Passes on what waits, as far as the receiver can take it.
    pub(super) fn resume(&mut self, number: usize, direction: Direction) {
        let Some((index, stream)) = self.receiver(number, direction) else {
            return;
        };
        let call = &mut self.calls[number];
        let flow = match direction {
            Direction::Request => &mut call.request,
            Direction::Response => &mut call.response,
        };
        let link = &mut self.connections[index].link;
        let queue = std::mem::take(&mut flow.queue);
        let sent = write_data(link, flow, stream, queue.waiting());
        flow.queue = queue;
        flow.queue.take(sent);
        if !flow.queue.waiting().is_empty() {
            block(link, flow, number);
        }
        self.buffered -= sent;
        self.touch(index);
        if sent > 0 {
            self.acknowledge(number, direction, u32::try_from(sent).unwrap_or(u32::MAX));
        }
        self.finish_if_answered(number, direction);
    }

    /// The connection and stream that data of a call goes to.
    fn receiver(&self, number: usize, direction: Direction) -> Option<(usize, u32)> {
        let call = &self.calls[number];
        match (direction, call.upstream) {
            (Direction::Response, _) => Some((call.client, call.stream)),
            (Direction::Request, Upstream::Open { connection, stream }) => {
                Some((connection, stream))
            }
            (Direction::Request, Upstream::Waiting) => None,
        }
    }

    /// Gives the sender window back for data that moved on.
    pub(super) fn acknowledge(&mut self, number: usize, direction: Direction, length: u32) {
        let call = &mut self.calls[number];
        let (flow, sender) = match direction {
            Direction::Request => (&mut call.request, Some((call.client, call.stream))),
            Direction::Response => (
                &mut call.response,
                match call.upstream {
                    Upstream::Open { connection, stream } => Some((connection, stream)),
                    Upstream::Waiting => None,
                },
            ),
        };
        if let (Some(increment), Some((index, stream))) = (flow.passed(length), sender) {
            let out = self.connections[index].link.out.buffer();
            frame::put_window_update(out, stream, increment);
            self.touch(index);
        }
    }

    /// Takes a wider window of one stream.
    ///
    /// # Errors
    /// An increment that cannot be. It ends the connection: resetting the stream alone would let a
    /// client end calls faster than it may reset them.
    pub(super) fn stream_window(
        &mut self,
        index: usize,
        stream: u32,
        increment: u32,
    ) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let direction = match connection.side {
            super::connection::Side::Client(_) => Direction::Response,
            super::connection::Side::Engine(_) => Direction::Request,
        };
        let Some(&number) = connection.link.streams.get(&stream) else {
            return self.park_window(index, stream, increment);
        };
        let call = &mut self.calls[number];
        let flow = match direction {
            Direction::Request => &mut call.request,
            Direction::Response => &mut call.response,
        };
        flow.window = wider(flow.window, increment)?;
        if !flow.queue.waiting().is_empty() {
            self.resume(number, direction);
        }
        Ok(())
    }

    /// Takes a change of every stream's window, as new settings bring it.
    pub(super) fn windows_changed(&mut self, index: usize, change: i64) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        if change == 0 {
            return Ok(());
        }
        let direction = match connection.side {
            super::connection::Side::Client(_) => Direction::Response,
            super::connection::Side::Engine(_) => Direction::Request,
        };
        let numbers: Vec<usize> = connection.link.streams.values().copied().collect();
        for &number in &numbers {
            let call = &mut self.calls[number];
            let flow = match direction {
                Direction::Request => &mut call.request,
                Direction::Response => &mut call.response,
            };
            flow.window += change;
            if flow.window > i64::from(i32::MAX) {
                return Err(Reason::FLOW_CONTROL_ERROR.into());
            }
        }
        for number in numbers {
            let waits = self.calls.get(number).is_some_and(|call| match direction {
                Direction::Request => !call.request.queue.waiting().is_empty(),
                Direction::Response => !call.response.queue.waiting().is_empty(),
            });
            if waits {
                self.resume(number, direction);
            }
        }
        Ok(())
    }

    /// Lets calls go on that wait for the connection's window or for room in its buffer.
    pub(super) fn unblock(&mut self, index: usize) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        let direction = match connection.side {
            super::connection::Side::Client(_) => Direction::Response,
            super::connection::Side::Engine(_) => Direction::Request,
        };
        for _ in 0..connection.link.blocked.len() {
            let Some(connection) = self.connections.get_mut(index) else {
                return;
            };
            if connection.link.send_window <= 0 || !connection.link.out.has_room() {
                return;
            }
            let Some(number) = connection.link.blocked.pop_front() else {
                return;
            };
            // The call may have ended, and its number may belong to another by now.
            if self.calls.contains(number)
                && self.receiver(number, direction).is_some_and(|(to, _)| to == index)
            {
                let call = &mut self.calls[number];
                match direction {
                    Direction::Request => call.request.blocked = false,
                    Direction::Response => call.response.blocked = false,
                }
                self.resume(number, direction);
            }
        }
    }
}

/// Writes as much data as windows and room allow, and the end if all is written and the sender has
/// finished. How many bytes were written.
fn write_data(link: &mut Link, flow: &mut Flow, stream: u32, data: &[u8]) -> usize {
    let mut sent = 0;
    while sent < data.len() && link.out.has_room() {
        let window = flow.window.min(link.send_window);
        let Ok(window) = usize::try_from(window) else {
            break;
        };
        let length = (data.len() - sent).min(window).min(link.peer_frame);
        if length == 0 {
            break;
        }
        let end = flow.ended && sent + length == data.len();
        link.begin_data(stream, length, end);
        link.out.buffer().extend_from_slice(&data[sent..sent + length]);
        sent += length;
        flow.end_sent |= end;
        flow.window -= i64::try_from(length).unwrap_or(i64::MAX);
    }
    if sent == data.len() && flow.ended && !flow.end_sent {
        frame::put_data_head(link.out.buffer(), stream, 0, true);
        flow.end_sent = true;
    }
    sent
}

/// Puts a call in the receiver's list unless only its own stream's window is in the way.
fn block(link: &mut Link, flow: &mut Flow, number: usize) {
    if flow.window > 0 && !flow.blocked {
        flow.blocked = true;
        link.blocked.push_back(number);
    }
}
