//! The client against bytes that were written by hand, and against another implementation.

use super::wire::{Gone, WINDOW, Wire};
use super::{Answer, Inner};
use crate::problem::Problem;
use crate::socket::Socket;
use http2::frame::{self, HEAD_LEN, Head, Kind, PREFACE, Reason, flag, setting};
use http2::hpack::{Decoder, Encoder, Indexing, Limits};
use hyper::body::Bytes;
use std::future::poll_fn;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

type Frames = Vec<(Head, Vec<u8>)>;
type Send<'s> = &'s dyn Fn(&mut Peer);

const FIELDS: [super::Field<'static>; 5] = [
    (b":method", b"POST", Indexing::Stable),
    (b":scheme", b"http", Indexing::Stable),
    (b":authority", b"localhost", Indexing::Stable),
    (b":path", b"/a/b", Indexing::Stable),
    (b"authorization", b"c2VjcmV0", Indexing::Secret),
];

/// The gateway's side, by hand: what it sends and what it has got.
#[derive(Default)]
struct Peer {
    encoder: Encoder,
    out: Vec<u8>,
}

impl Peer {
    fn headers(&mut self, stream: u32, is_last: bool, fields: &[(&str, &str)], most: usize) {
        let mark = frame::begin_headers(&mut self.out);
        self.encoder.begin(&mut self.out);
        for (name, value) in fields {
            let (name, value) = (name.as_bytes(), value.as_bytes());
            self.encoder.field(&mut self.out, name, value, Indexing::Stable);
        }
        frame::end_headers(&mut self.out, mark, stream, is_last, most);
    }

    fn data(&mut self, stream: u32, body: &[u8], is_last: bool) {
        frame::put_data_head(&mut self.out, stream, body.len(), is_last);
        self.out.extend_from_slice(body);
    }

    fn answer(&mut self, stream: u32, body: &[u8]) {
        self.headers(stream, false, &[(":status", "200")], usize::MAX);
        self.data(stream, body, false);
        self.headers(stream, true, &[("grpc-status", "0")], usize::MAX);
    }

    fn put(&mut self, kind: Kind, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap();
        Head { length, kind, flags, stream }.write(&mut self.out);
        self.out.extend_from_slice(payload);
    }

    /// Sends all of it in pieces of this length.
    fn send(&mut self, wire: &mut Wire, piece: usize) {
        for piece in std::mem::take(&mut self.out).chunks(piece) {
            let mut rest = piece;
            while !rest.is_empty() {
                let space = wire.space();
                let length = space.len().min(rest.len());
                space[..length].copy_from_slice(&rest[..length]);
                wire.read(length);
                rest = &rest[length..];
            }
        }
    }
}

/// Takes the frames that are to be written.
fn written(wire: &mut Wire) -> Frames {
    let mut bytes = Vec::new();
    while !wire.out().is_empty() {
        let length = wire.out().len().div_ceil(2);
        bytes.extend_from_slice(&wire.out()[..length]);
        wire.wrote(length);
    }
    let mut rest = bytes.strip_prefix(PREFACE).unwrap_or(&bytes);
    let mut frames = Vec::new();
    while let Some((head, behind)) = rest.split_first_chunk::<HEAD_LEN>() {
        let head = Head::parse(head);
        let (payload, behind) = behind.split_at(head.length as usize);
        frames.push((head, payload.to_vec()));
        rest = behind;
    }
    assert!(rest.is_empty());
    frames
}

fn kinds(frames: &Frames) -> Vec<(Kind, u32)> {
    frames.iter().map(|(head, _)| (head.kind, head.stream)).collect()
}

/// A connection that has greeted, and begun a call with this body.
fn begun(body: &[u8]) -> (Wire, Peer) {
    let mut wire = Wire::new();
    wire.begin(FIELDS, body.to_vec()).unwrap();
    let mut peer = Peer::default();
    frame::put_settings(&mut peer.out, &[]);
    peer.send(&mut wire, usize::MAX);
    (wire, peer)
}

fn done(wire: &mut Wire) -> Result<Answer, Gone> {
    wire.take_answer().expect("the call has ended")
}

#[test]
fn greeting_head_and_message_leave_together() {
    let mut wire = Wire::new();
    wire.begin(FIELDS, b"message".to_vec()).unwrap();
    assert!(wire.out().starts_with(PREFACE));
    let frames = written(&mut wire);
    let expected =
        [(Kind::SETTINGS, 0), (Kind::WINDOW_UPDATE, 0), (Kind::HEADERS, 1), (Kind::DATA, 1)];
    assert_eq!(kinds(&frames), expected);
    assert!(frames[3].0.has(flag::END_STREAM) && frames[3].1 == b"message");
    let mut fields = Vec::new();
    let mut decoder = Decoder::new(4096);
    let limits = Limits { max_fields: 9, max_bytes: 4096 };
    let mut sink = |name: &[u8], value: &[u8]| fields.push((name.to_vec(), value.to_vec()));
    let _ = decoder.decode(&frames[2].1, limits, &mut sink).unwrap();
    let given: Vec<_> = FIELDS.iter().map(|(n, v, _)| (n.to_vec(), v.to_vec())).collect();
    assert_eq!(fields, given);
    // What is the same again is one byte each; a credential never is.
    let mut peer = Peer::default();
    peer.answer(1, b"");
    peer.send(&mut wire, usize::MAX);
    done(&mut wire).unwrap();
    wire.begin(FIELDS, Vec::new()).unwrap();
    let frames = written(&mut wire);
    assert_eq!(kinds(&frames), [(Kind::HEADERS, 3)]);
    assert!(frames[0].0.has(flag::END_STREAM));
    assert!(frames[0].1.len() < 20, "{:?}", frames[0].1);
    assert!(frames[0].1.windows(8).any(|part| part == b"c2VjcmV0"));
}

#[test]
fn an_answer_is_the_same_in_whatever_pieces_it_comes() {
    let long = "x".repeat(2000);
    for piece in [1, 2, 7, 100, usize::MAX] {
        let (mut wire, mut peer) = begun(b"q");
        peer.put(Kind::PING, 0, 0, b"12345678");
        peer.put(Kind(77), 3, 9, b"nobody knows this");
        peer.headers(1, false, &[(":status", "103")], usize::MAX);
        peer.headers(1, false, &[(":status", "200"), ("long", &long)], 300);
        peer.put(Kind::DATA, flag::PADDED, 1, b"\x03one\0\0\0");
        peer.data(1, b"two", false);
        peer.headers(1, true, &[("grpc-status", "5"), ("grpc-message", "a%20b")], 4);
        peer.send(&mut wire, piece);
        let answer = done(&mut wire).unwrap();
        assert_eq!(answer.body, b"onetwo");
        assert_eq!(answer.status(), Some((5, "a b".to_owned())));
        let frames = written(&mut wire);
        let last = &frames[frames.len() - 1];
        assert_eq!(
            (last.0.kind, last.0.flags, &last.1[..]),
            (Kind::PING, flag::ACK, &b"12345678"[..])
        );
        assert!(!wire.is_over());
    }
}

#[test]
fn bodies_keep_to_the_windows_and_the_frames_that_the_gateway_takes() {
    let body: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let (mut wire, mut peer) = begun(&body);
    let mut sent = Vec::new();
    let mut step = |wire: &mut Wire, most: usize| {
        let before = sent.len();
        for (head, payload) in written(wire) {
            if head.kind == Kind::DATA {
                assert!(payload.len() <= most);
                sent.extend_from_slice(&payload);
                assert_eq!(head.has(flag::END_STREAM), sent.len() == body.len());
            }
        }
        sent.len() - before
    };
    assert_eq!(step(&mut wire, 16_384), 65_535);
    frame::put_window_update(&mut peer.out, 1, 1000);
    peer.send(&mut wire, usize::MAX);
    assert_eq!(step(&mut wire, 16_384), 0, "the connection has no window");
    frame::put_window_update(&mut peer.out, 0, 90_000);
    peer.send(&mut wire, usize::MAX);
    assert_eq!(step(&mut wire, 16_384), 1000, "the stream has no more");
    let settings = [(setting::INITIAL_WINDOW_SIZE, 80_000), (setting::MAX_FRAME_SIZE, 30_000)];
    frame::put_settings(&mut peer.out, &settings);
    peer.send(&mut wire, usize::MAX);
    assert_eq!(step(&mut wire, 30_000), 80_000 - 65_535);
    // Less than was sent already: nothing more goes until that is made good.
    frame::put_settings(&mut peer.out, &[(setting::INITIAL_WINDOW_SIZE, 0)]);
    frame::put_window_update(&mut peer.out, 1, 80_000);
    frame::put_window_update(&mut peer.out, 0, 1 << 20);
    peer.send(&mut wire, usize::MAX);
    assert_eq!(step(&mut wire, 30_000), 0);
    frame::put_window_update(&mut peer.out, 1, 1 << 20);
    peer.send(&mut wire, usize::MAX);
    step(&mut wire, 30_000);
    assert!(sent == body);
}

#[test]
fn windows_are_given_back_as_answers_come() {
    let (mut wire, mut peer) = begun(b"");
    written(&mut wire);
    peer.headers(1, false, &[(":status", "200")], usize::MAX);
    let half = usize::try_from(WINDOW / 2).unwrap() / 16_384;
    for _ in 0..half {
        peer.data(1, &[7; 16_384], false);
    }
    peer.send(&mut wire, 100_000);
    let frames = written(&mut wire);
    assert_eq!(kinds(&frames), [(Kind::WINDOW_UPDATE, 0), (Kind::WINDOW_UPDATE, 1)]);
    assert!(frames.iter().all(|(_, payload)| payload[..] == (WINDOW / 2).to_be_bytes()));
    // What comes of a call that was given up counts for the connection.
    wire.abandon();
    assert_eq!(kinds(&written(&mut wire)), [(Kind::RST_STREAM, 1)]);
    for _ in 0..half {
        peer.data(1, &[7; 16_384], false);
    }
    peer.headers(1, true, &[("grpc-status", "0"), ("kept", "in the table")], usize::MAX);
    peer.send(&mut wire, 100_000);
    assert_eq!(kinds(&written(&mut wire)), [(Kind::WINDOW_UPDATE, 0)]);
    wire.begin(FIELDS, Vec::new()).unwrap();
    assert!(wire.take_answer().is_none());
    peer.headers(3, true, &[("kept", "in the table"), ("grpc-status", "9")], usize::MAX);
    peer.send(&mut wire, usize::MAX);
    assert_eq!(done(&mut wire).unwrap().status().unwrap().0, 9);
}

#[test]
fn an_answer_that_comes_early_ends_the_request() {
    for reset in [false, true] {
        let (mut wire, mut peer) = begun(&vec![1; 1 << 20]);
        written(&mut wire);
        peer.headers(1, true, &[(":status", "200"), ("grpc-status", "16")], usize::MAX);
        if reset {
            frame::put_rst_stream(&mut peer.out, 1, Reason::NO_ERROR);
        }
        frame::put_window_update(&mut peer.out, 1, 1 << 20);
        frame::put_window_update(&mut peer.out, 0, 1 << 20);
        peer.send(&mut wire, usize::MAX);
        assert_eq!(done(&mut wire).unwrap().status().unwrap().0, 16);
        assert_eq!(kinds(&written(&mut wire)), [(Kind::RST_STREAM, 1)], "and no more of the body");
        wire.begin(FIELDS, Vec::new()).unwrap();
    }
}

#[test]
fn what_the_gateway_ends_has_ended() {
    let end = |send: Send<'_>| {
        let (mut wire, mut peer) = begun(b"q");
        send(&mut peer);
        peer.send(&mut wire, usize::MAX);
        (wire.take_answer().map(|answer| answer.unwrap_err()), wire.is_over())
    };
    let goaway =
        |last, reason| move |peer: &mut Peer| frame::put_goaway(&mut peer.out, last, reason, b"x");
    let reset = |peer: &mut Peer| frame::put_rst_stream(&mut peer.out, 1, Reason::CANCEL);
    assert_eq!(end(&reset), (Some(Gone::Ended), false));
    assert_eq!(end(&goaway(0, Reason::NO_ERROR)), (Some(Gone::Stopping), true));
    assert_eq!(end(&goaway(0, Reason::INTERNAL_ERROR)), (Some(Gone::Ended), true));
    assert_eq!(end(&goaway(1, Reason::NO_ERROR)), (None, true), "this one it still answers");
    let (mut wire, mut peer) = begun(b"q");
    frame::put_goaway(&mut peer.out, 1, Reason::NO_ERROR, b"");
    peer.answer(1, b"last");
    peer.send(&mut wire, usize::MAX);
    assert_eq!(done(&mut wire).unwrap().body, b"last");
    assert_eq!(wire.begin(FIELDS, Vec::new()), Err(Gone::Stopping));
    let (mut wire, _) = begun(b"q");
    wire.closed();
    assert_eq!((done(&mut wire).unwrap_err(), wire.is_over()), (Gone::Ended, true));
    assert_eq!(wire.begin(FIELDS, Vec::new()), Err(Gone::Ended));
}

#[test]
fn header_fields_that_are_too_many_end_the_call_and_no_other() {
    let (mut wire, mut peer) = begun(b"q");
    written(&mut wire);
    peer.headers(1, false, &[(":status", "200"), ("a", &"x".repeat(20_000))], 16_384);
    peer.data(1, b"late", true);
    peer.send(&mut wire, usize::MAX);
    assert_eq!(done(&mut wire).unwrap_err(), Gone::Ended);
    assert_eq!(kinds(&written(&mut wire)), [(Kind::RST_STREAM, 1)]);
    assert!(wire.begin(FIELDS, Vec::new()).is_ok());
}

#[test]
fn what_breaks_the_protocol_ends_the_connection() {
    let status = |peer: &mut Peer| peer.headers(1, false, &[(":status", "200")], usize::MAX);
    let cases: [(Reason, Send<'_>); 19] = [
        (Reason::PROTOCOL_ERROR, &|peer| peer.data(1, b"no head yet", false)),
        (Reason::PROTOCOL_ERROR, &|peer| peer.data(3, b"never begun", false)),
        (Reason::PROTOCOL_ERROR, &|peer| peer.data(0, b"of no call", false)),
        (Reason::PROTOCOL_ERROR, &|peer| {
            status(peer);
            peer.put(Kind::DATA, flag::PADDED, 1, b"\x09short");
        }),
        (Reason::FRAME_SIZE_ERROR, &|peer| peer.data(1, &vec![0; 16_385], false)),
        (Reason::PROTOCOL_ERROR, &|peer| {
            status(peer);
            status(peer);
        }),
        (Reason::PROTOCOL_ERROR, &|peer| peer.headers(2, false, &[("a", "b")], usize::MAX)),
        (Reason::PROTOCOL_ERROR, &|peer| {
            peer.put(Kind::HEADERS, 0, 1, &[0x88]);
            peer.put(Kind::PING, 0, 0, &[0; 8]);
        }),
        (Reason::PROTOCOL_ERROR, &|peer| peer.put(Kind::CONTINUATION, 0, 1, &[0x88])),
        (Reason::PROTOCOL_ERROR, &|peer| {
            peer.put(Kind::HEADERS, 0, 1, &[0x88]);
            peer.put(Kind::CONTINUATION, 0, 3, &[0x88]);
        }),
        (Reason::ENHANCE_YOUR_CALM, &|peer| {
            peer.put(Kind::HEADERS, 0, 1, &[0x88]);
            (0..5).for_each(|_| peer.put(Kind::CONTINUATION, 0, 1, &[0x88; 16_384]));
        }),
        (Reason::COMPRESSION_ERROR, &|peer| peer.put(Kind::HEADERS, flag::END_HEADERS, 1, &[0xff])),
        (Reason::PROTOCOL_ERROR, &|peer| peer.put(Kind::PUSH_PROMISE, 0, 1, &[0; 4])),
        (Reason::FRAME_SIZE_ERROR, &|peer| peer.put(Kind::SETTINGS, 0, 0, &[0; 5])),
        (Reason::PROTOCOL_ERROR, &|peer| {
            frame::put_settings(&mut peer.out, &[(setting::MAX_FRAME_SIZE, 1)]);
        }),
        (Reason::PROTOCOL_ERROR, &|peer| frame::put_window_update(&mut peer.out, 1, 0)),
        (Reason::FLOW_CONTROL_ERROR, &|peer| {
            frame::put_window_update(&mut peer.out, 0, 0x7fff_ffff);
        }),
        (Reason::FRAME_SIZE_ERROR, &|peer| peer.put(Kind::PING, 0, 0, &[0; 7])),
        (Reason::FRAME_SIZE_ERROR, &|peer| peer.put(Kind::RST_STREAM, 0, 1, &[0; 3])),
    ];
    for (number, (reason, send)) in cases.into_iter().enumerate() {
        let (mut wire, mut peer) = begun(b"q");
        written(&mut wire);
        send(&mut peer);
        // Nothing that comes behind is looked at.
        peer.answer(1, b"forged");
        peer.send(&mut wire, usize::MAX);
        assert_eq!(done(&mut wire).unwrap_err(), Gone::Ended, "{number}");
        assert!(wire.is_over(), "{number}");
        let frames = written(&mut wire);
        let (head, payload) = frames.last().unwrap();
        assert_eq!(head.kind, Kind::GOAWAY, "{number}");
        assert_eq!(frame::goaway(payload).unwrap().1, reason, "{number}");
    }
}

#[test]
fn who_asks_and_never_listens_is_not_answered_for_ever() {
    let (mut wire, mut peer) = begun(b"q");
    for _ in 0..100_000 {
        peer.put(Kind::PING, 0, 0, &[0; 8]);
    }
    peer.send(&mut wire, usize::MAX);
    assert!(wire.is_over() && wire.out().len() < 2 << 20);
}

/// What another implementation answers to each call: as many bytes as it was sent.
fn echoing(theirs: UnixStream) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut connection = h2::server::handshake(theirs).await.unwrap();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            tokio::spawn(async move {
                let mut body = request.into_body();
                let mut all = Vec::new();
                while let Some(chunk) = body.data().await {
                    let chunk = chunk.unwrap();
                    body.flow_control().release_capacity(chunk.len()).unwrap();
                    all.extend_from_slice(&chunk);
                }
                let head = http::Response::new(());
                let mut stream = respond.send_response(head, false).unwrap();
                stream.send_data(Bytes::from(all), false).unwrap();
                let status = (http::HeaderName::from_static("grpc-status"), "0".parse().unwrap());
                stream.send_trailers([status].into_iter().collect()).unwrap();
            });
        }
    })
}

fn pair() -> (Inner, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    (Inner::new(Socket::new(ours.into_std().unwrap()).unwrap()), theirs)
}

async fn ask(inner: &mut Inner, body: &[u8]) -> Result<Answer, Problem> {
    inner.call(FIELDS, body.to_vec(), |_| Ok(())).await
}

#[tokio::test]
async fn small_and_large_bodies_go_both_ways() {
    let (mut inner, theirs) = pair();
    let server = echoing(theirs);
    for length in [0, 1, 16_384, 65_535, 65_536, 9 << 20, 3] {
        let body: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let answer = ask(&mut inner, &body).await.unwrap();
        assert_eq!(answer.status(), Some((0, String::new())));
        assert!(answer.body == body, "{length}");
        let held = inner.wire.out.capacity() + inner.wire.input.capacity();
        assert!(held <= 24 << 10, "{length}: {held} are kept by a connection that is idle");
    }
    drop(inner);
    server.await.unwrap();
}

#[tokio::test]
async fn who_is_refused_room_gives_the_call_up_and_can_go_on() {
    let (mut inner, theirs) = pair();
    let server = echoing(theirs);
    let full = || Problem::unavailable("full");
    let most = |length| if length > 100_000 { Err(full()) } else { Ok(()) };
    let answer = inner.call(FIELDS, vec![1; 6 << 20], most).await;
    assert_eq!(answer.unwrap_err(), full());
    assert_eq!(ask(&mut inner, b"again").await.unwrap().body, b"again");
    drop(inner);
    server.await.unwrap();
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_reset() {
    let (mut inner, theirs) = pair();
    let (accepts, accepted) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(async move {
        let mut connection = h2::server::handshake(theirs).await.unwrap();
        let (_request, mut respond) = connection.accept().await.unwrap().unwrap();
        accepts.send(()).unwrap();
        let reset = poll_fn(|context| respond.poll_reset(context));
        tokio::select! {
            reason = reset => reason.unwrap(),
            _ = connection.accept() => unreachable!("there is one call"),
        }
    });
    tokio::select! {
        _ = ask(&mut inner, b"q") => unreachable!("nobody answers"),
        () = async { accepted.await.unwrap() } => {}
    }
    let idle = poll_fn(|context| inner.poll_idle(context));
    tokio::select! {
        biased;
        reason = server => assert_eq!(reason.unwrap(), h2::Reason::CANCEL),
        () = idle => unreachable!("the connection goes on"),
    }
}

#[tokio::test]
async fn that_the_gateway_has_enough_is_seen_without_a_call() {
    for is_graceful in [true, false] {
        let (mut inner, theirs) = pair();
        let mut connection = {
            let idle = poll_fn(|context| inner.poll_idle(context));
            tokio::select! {
                connection = h2::server::handshake(theirs) => connection.unwrap(),
                () = idle => unreachable!("nothing was said yet"),
            }
        };
        if is_graceful {
            connection.graceful_shutdown();
            let going = poll_fn(|context| connection.poll_closed(context));
            let idle = poll_fn(|context| inner.poll_idle(context));
            tokio::select! { () = idle => {} _ = going => {} }
        } else {
            drop(connection);
        }
        poll_fn(|context| inner.poll_idle(context)).await;
        let problem = ask(&mut inner, b"q").await.unwrap_err();
        assert_eq!((problem.status, problem.message.contains("shutting down")), (503, is_graceful));
    }
}
