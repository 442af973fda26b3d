//! What answers may hold in memory, all of them together.
//!
//! An answer takes room as it arrives and as it is put into JSON, and gives it back when the client
//! has taken the last of it. Who finds none is told to come again: waiting would let answers that
//! are half there keep each other out.

use crate::problem::Problem;
use hyper::body::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Room is counted in pieces of this many bytes.
const PIECE: usize = 1 << 10;

/// Room for all answers.
#[derive(Clone)]
pub(crate) struct Rooms(Arc<Semaphore>);

impl Rooms {
    /// Room for this many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes / PIECE)))
    }

    /// The room of an answer that has none yet.
    pub(crate) fn open(&self) -> Room {
        Room { rooms: self.0.clone(), held: None, arrived: 0 }
    }
}

/// What one answer holds.
pub(crate) struct Room {
    rooms: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    /// What the engine's answer holds, as it came and as it was read.
    arrived: usize,
}

impl Room {
    /// Takes room for what has arrived of the engine's answer: these bytes, and what is made of
    /// them when they are read.
    pub(crate) fn arrive(&mut self, bytes: usize) -> Result<(), Problem> {
        self.arrived = bytes.saturating_mul(2);
        self.cover(self.arrived)
    }

    /// Says that what has arrived, so many bytes, was read and is held in that form only.
    pub(crate) fn read(&mut self, bytes: usize) {
        self.arrived = bytes;
    }

    /// Takes room for what is being made of the engine's answer, beside that.
    pub(crate) fn make(&mut self, bytes: usize) -> Result<(), Problem> {
        self.cover(self.arrived.saturating_add(bytes))
    }

    fn cover(&mut self, bytes: usize) -> Result<(), Problem> {
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = bytes.div_ceil(PIECE).saturating_sub(held);
        if more == 0 {
            return Ok(());
        }
        let full =
            || Problem::unavailable("all answers together are too large at the moment: try again");
        let more = u32::try_from(more).map_err(|_| full())?;
        let more = Arc::clone(&self.rooms).try_acquire_many_owned(more).map_err(|_| full())?;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }

    /// The answer as the client gets it, which gives its room back when it is gone.
    pub(crate) fn seal(mut self, body: Vec<u8>) -> Bytes {
        let pieces = body.capacity().div_ceil(PIECE);
        if let Some(held) = &mut self.held {
            drop(held.split(held.num_permits().saturating_sub(pieces)));
        }
        Bytes::from_owner(Sealed { body, _room: self })
    }
}

struct Sealed {
    body: Vec<u8>,
    _room: Room,
}

impl AsRef<[u8]> for Sealed {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_share_what_room_there_is() {
        let rooms = Rooms::new(16 * PIECE);
        let (mut one, mut two) = (rooms.open(), rooms.open());
        one.arrive(4 * PIECE).unwrap();
        one.arrive(2 * PIECE).unwrap();
        one.read(2 * PIECE);
        one.make(8 * PIECE).unwrap();
        assert_eq!(rooms.0.available_permits(), 6, "what was taken is kept to the end");
        let problem = two.arrive(3 * PIECE + 1).unwrap_err();
        assert_eq!((problem.status, two.held.is_none()), (503, true));
        two.arrive(3 * PIECE).unwrap();
        let body = one.seal(vec![7; PIECE + 1]);
        assert_eq!(rooms.0.available_permits(), 8);
        let part = body.slice(1..3);
        drop(body);
        assert_eq!((part.as_ref(), rooms.0.available_permits()), (&[7, 7][..], 8));
        drop((part, two));
        assert_eq!(rooms.0.available_permits(), 16);
        rooms.open().arrive(usize::MAX).unwrap_err();
    }
}
