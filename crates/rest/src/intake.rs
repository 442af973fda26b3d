//! Bodies on their way in, and what they may hold in memory, all of them together.
//!
//! The beginning of a body needs no room beside its connection's: whoever asks for little is never
//! kept waiting by those who send much, or say that they will. A larger body gets all the room it
//! can need before more of it is read, so that bodies which are half there cannot keep each other
//! out; and whoever holds such room has to send. A body must never be handed on before it has come
//! to its end.

use crate::problem::Problem;
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// How much of a body each connection may hold without asking.
const FIRST: usize = 64 << 10;
/// Who has sent so much has shown that more will come.
const EARNEST: usize = 8 << 20;
/// Room is counted in pieces of this many bytes.
const PIECE: usize = 1 << 10;
/// Which part of the time a body may stop for.
const PAUSE: u32 = 12;

/// Where bodies come in.
#[derive(Clone)]
pub(crate) struct Intake {
    rooms: Arc<Semaphore>,
    /// Bytes of one body.
    most: usize,
    /// How long it may take.
    patience: Duration,
}

/// The room of a body that is being worked on; none if it is small.
pub(crate) type Held = Option<OwnedSemaphorePermit>;

impl Intake {
    /// Room for so many bytes, and the bounds of each body.
    pub(crate) fn new(bytes: usize, most: usize, patience: Duration) -> Self {
        Self { rooms: Arc::new(Semaphore::new(bytes / PIECE)), most, patience }
    }

    /// Reads a body to its end; `length` is how long it says it is.
    pub(crate) async fn read<B>(
        &self,
        body: B,
        length: Option<usize>,
    ) -> Result<(Bytes, Held), Problem>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let length = length.unwrap_or(self.most);
        if length > self.most {
            return Err(Problem::too_large(self.most));
        }
        let mut arriving = Arriving::new(length, Instant::now(), self.patience);
        match self.collect(body, &mut arriving).await {
            Ok(()) => Ok((arriving.parts.whole(), arriving.held)),
            Err(problem) => Err(problem),
        }
    }

    async fn collect<B>(&self, mut body: B, arriving: &mut Arriving) -> Result<(), Problem>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        loop {
            let frame = timeout_at(arriving.deadline(), body.frame()).await;
            let Some(frame) = frame.map_err(|_| Problem::late())? else { return Ok(()) };
            let frame = frame.map_err(|_| Problem::not_json("the body broke off"))?;
            let Ok(piece) = frame.into_data() else { continue };
            arriving.parts.push(piece);
            let arrived = arriving.parts.length();
            if arrived > self.most {
                return Err(Problem::too_large(self.most));
            }
            if arriving.held.is_none() && arrived > FIRST {
                // Twice: as it is, and as the message that is made of it.
                let pieces = arriving.length.saturating_mul(2).div_ceil(PIECE);
                let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
                let room = Arc::clone(&self.rooms).acquire_many_owned(pieces);
                let room = timeout_at(arriving.end, room).await.map_err(|_| Problem::late())?;
                let room = room.map_err(|_| Problem::unavailable("the gateway is stopping"))?;
                arriving.hold(room, Instant::now());
            }
        }
    }
}

/// A body of which something has arrived.
struct Arriving {
    parts: Parts,
    /// How long it is, or may be.
    length: usize,
    held: Held,
    /// When it has to be there.
    end: Instant,
    /// Since when it holds room.
    since: Instant,
    patience: Duration,
}

impl Arriving {
    fn new(length: usize, now: Instant, patience: Duration) -> Self {
        let (parts, end) = (Parts::default(), now + patience);
        Self { parts, length, held: None, end, since: now, patience }
    }

    fn hold(&mut self, room: OwnedSemaphorePermit, now: Instant) {
        self.held = Some(room);
        self.since = now;
    }

    /// When the next piece has to be there: who holds room may stop for a moment, and no longer
    /// than what was sent is worth.
    fn deadline(&self) -> Instant {
        if self.held.is_none() {
            return self.end;
        }
        let earnest = self.length.clamp(1, EARNEST);
        let sent = u32::try_from(self.parts.length().min(earnest)).unwrap_or(u32::MAX);
        let earnest = u32::try_from(earnest).unwrap_or(u32::MAX);
        let worth = self.patience.saturating_mul(sent) / earnest;
        self.end.min(self.since + self.patience / PAUSE + worth)
    }
}

/// The pieces of a body: one is kept as it came, more are put together.
#[derive(Default)]
struct Parts {
    only: Bytes,
    several: Vec<u8>,
}

impl Parts {
    fn length(&self) -> usize {
        self.only.len() + self.several.len()
    }

    fn push(&mut self, piece: Bytes) {
        if self.length() == 0 {
            self.only = piece;
            return;
        }
        self.several.extend_from_slice(&std::mem::take(&mut self.only));
        self.several.extend_from_slice(&piece);
    }

    fn whole(&mut self) -> Bytes {
        let several = std::mem::take(&mut self.several);
        if several.is_empty() { std::mem::take(&mut self.only) } else { several.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;
    use hyper::body::Frame;
    use std::convert::Infallible;
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use tokio::task::JoinHandle;

    const PATIENCE: Duration = Duration::from_mins(1);

    /// A body that is sent piece by piece.
    struct Sent(UnboundedReceiver<Bytes>);

    impl Body for Sent {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
        }
    }

    type Reading = JoinHandle<Result<(Bytes, Held), Problem>>;

    fn reading(intake: &Intake, length: usize) -> (UnboundedSender<Bytes>, Reading) {
        let (sender, receiver) = unbounded_channel();
        let intake = intake.clone();
        (sender, tokio::spawn(async move { intake.read(Sent(receiver), Some(length)).await }))
    }

    fn bytes(count: usize) -> Bytes {
        vec![b'x'; count].into()
    }

    #[tokio::test]
    async fn a_body_is_whole_however_it_comes() {
        let intake = Intake::new(4 << 20, 1 << 20, PATIENCE);
        let (body, held) = intake.read(Full::new(bytes(FIRST)), None).await.unwrap();
        assert_eq!((body.len(), held.is_none()), (FIRST, true));
        let (sender, several) = reading(&intake, 4);
        for piece in ["ab", "", "cd"] {
            sender.send(piece.into()).unwrap();
        }
        drop(sender);
        assert_eq!(several.await.unwrap().unwrap().0, "abcd");
        let (body, held) = intake.read(Full::new(bytes(1 << 20)), Some(1 << 20)).await.unwrap();
        assert_eq!((body.len(), held.map(|held| held.num_permits())), (1 << 20, Some(2048)));
        assert_eq!(intake.rooms.available_permits(), 4096, "it has been given back");
    }

    #[tokio::test]
    async fn what_is_too_long_is_refused_before_and_while_it_comes() {
        let intake = Intake::new(4 << 20, 1 << 20, PATIENCE);
        let (_sender, long) = reading(&intake, (1 << 20) + 1);
        assert_eq!(long.await.unwrap().unwrap_err().status, 413);
        let problem = intake.read(Full::new(bytes((1 << 20) + 1)), None).await.unwrap_err();
        assert_eq!(problem.status, 413);
    }

    #[tokio::test(start_paused = true)]
    async fn who_sends_a_byte_at_a_time_is_ended_when_the_time_is_over() {
        let intake = Intake::new(4 << 20, 1 << 20, PATIENCE);
        let began = Instant::now();
        let (sender, mut reading) = reading(&intake, 1 << 20);
        // The clock goes on by itself, as nothing else happens.
        let ended = loop {
            sender.send(bytes(1)).ok();
            if let Ok(ended) = tokio::time::timeout(Duration::from_secs(1), &mut reading).await {
                break ended;
            }
        };
        assert_eq!(ended.unwrap().unwrap_err().status, 408);
        assert_eq!(began.elapsed().as_secs(), PATIENCE.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn who_holds_room_has_to_send() {
        let intake = Intake::new(4 << 20, 1 << 20, PATIENCE);
        let began = Instant::now();
        let (sender, reading) = reading(&intake, 1 << 20);
        sender.send(bytes(FIRST + 1)).unwrap();
        assert_eq!(reading.await.unwrap().unwrap_err().status, 408);
        let waited = began.elapsed();
        assert!(waited >= PATIENCE / PAUSE && waited < PATIENCE / 4, "{waited:?}");
        assert_eq!(intake.rooms.available_permits(), 4096, "it has been given back");
        // Who keeps to the pace gets all the time.
        let (sender, reading) = self::reading(&intake, 1 << 20);
        for _ in 0..(1 << 20) / FIRST {
            sender.send(bytes(FIRST)).unwrap();
            tokio::time::advance(PATIENCE / 32).await;
        }
        drop(sender);
        assert_eq!(reading.await.unwrap().unwrap().0.len(), 1 << 20);
    }

    #[tokio::test(start_paused = true)]
    async fn small_bodies_never_wait_for_large_ones_and_large_ones_take_turns() {
        let intake = Intake::new(4 << 20, 1 << 20, PATIENCE);
        let mut large: Vec<_> = (0..3).map(|_| reading(&intake, 1 << 20)).collect();
        for (sender, _) in &large {
            sender.send(bytes(FIRST + 1)).unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(intake.rooms.available_permits(), 0, "two of them hold all the room");
        let (body, _) = intake.read(Full::new(bytes(FIRST)), Some(FIRST)).await.unwrap();
        assert_eq!(body.len(), FIRST);
        for (sender, reading) in large.drain(..) {
            sender.send(bytes((1 << 20) - FIRST - 1)).unwrap();
            drop(sender);
            assert_eq!(reading.await.unwrap().unwrap().0.len(), 1 << 20);
        }
    }
}
