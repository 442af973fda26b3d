//! Frames: what is written is read, and bad payloads have their reason.

use http2::frame::{self, HEAD_LEN, Head, Kind, Reason, flag, setting};
use proptest::prelude::*;

/// Splits bytes into frames.
fn frames(mut bytes: &[u8]) -> Vec<(Head, &[u8])> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<HEAD_LEN>() {
        let head = Head::parse(head);
        let (payload, rest) = rest.split_at(head.length as usize);
        frames.push((head, payload));
        bytes = rest;
    }
    assert!(bytes.is_empty());
    frames
}

fn one(write: impl FnOnce(&mut Vec<u8>)) -> (Head, Vec<u8>) {
    let mut out = Vec::new();
    write(&mut out);
    let frames = frames(&out);
    assert_eq!(frames.len(), 1);
    (frames[0].0, frames[0].1.to_vec())
}

#[test]
fn control_frames_are_read_as_written() {
    let items = [(setting::MAX_FRAME_SIZE, 16384), (0xabcd, u32::MAX)];
    let (head, payload) = one(|out| frame::put_settings(out, &items));
    assert_eq!((head.kind, head.flags, head.stream), (Kind::SETTINGS, 0, 0));
    assert_eq!(frame::settings(&payload).unwrap().collect::<Vec<_>>(), items);

    let (head, _) = one(frame::put_settings_ack);
    assert_eq!((head.kind, head.flags, head.length), (Kind::SETTINGS, flag::ACK, 0));

    let (head, payload) = one(|out| frame::put_ping(out, *b"12345678", true));
    assert_eq!((head.kind, head.flags), (Kind::PING, flag::ACK));
    assert_eq!(frame::ping(&payload), Ok(*b"12345678"));
    assert_eq!(one(|out| frame::put_ping(out, [0; 8], false)).0.flags, 0);

    let (head, payload) = one(|out| frame::put_window_update(out, 7, 0x7fff_ffff));
    assert_eq!((head.kind, head.stream), (Kind::WINDOW_UPDATE, 7));
    assert_eq!(frame::window_update(&payload), Ok(0x7fff_ffff));

    let (head, payload) = one(|out| frame::put_rst_stream(out, 9, Reason::CANCEL));
    assert_eq!((head.kind, head.stream), (Kind::RST_STREAM, 9));
    assert_eq!(frame::rst_stream(&payload), Ok(Reason::CANCEL));

    let (head, payload) = one(|out| frame::put_goaway(out, 11, Reason::ENHANCE_YOUR_CALM, b"why"));
    assert_eq!((head.kind, head.stream, head.length), (Kind::GOAWAY, 0, 11));
    assert_eq!(frame::goaway(&payload), Ok((11, Reason::ENHANCE_YOUR_CALM)));
    assert!(payload.ends_with(b"why"));

    let mut out = Vec::new();
    frame::put_data_head(&mut out, 3, 5, true);
    out.extend_from_slice(b"hello");
    let (head, payload) = frames(&out)[0];
    assert_eq!((head.kind, head.flags, payload), (Kind::DATA, flag::END_STREAM, &b"hello"[..]));
}

#[test]
fn sizes_are_checked() {
    let wrong = Reason::FRAME_SIZE_ERROR;
    assert_eq!(frame::settings(&[0; 7]).err(), Some(wrong));
    assert_eq!(frame::ping(&[0; 7]), Err(wrong));
    assert_eq!(frame::window_update(&[0; 5]), Err(wrong));
    assert_eq!(frame::rst_stream(&[0; 3]), Err(wrong));
    assert_eq!(frame::goaway(&[0; 7]), Err(wrong));
    assert_eq!(frame::header_fragment(flag::PRIORITY, &[0; 4]), Err(wrong));
}

#[test]
fn padding_and_priority_are_taken_off() {
    assert_eq!(frame::unpad(0, b"abc"), Ok(&b"abc"[..]));
    assert_eq!(frame::unpad(flag::PADDED, b"\x02abcPP"), Ok(&b"abc"[..]));
    assert_eq!(frame::unpad(flag::PADDED, b"\x02PP"), Ok(&b""[..]));
    assert_eq!(frame::unpad(flag::PADDED, b"\x03PP"), Err(Reason::PROTOCOL_ERROR));
    assert_eq!(frame::unpad(flag::PADDED, b""), Err(Reason::FRAME_SIZE_ERROR));
    let both = flag::PADDED | flag::PRIORITY;
    assert_eq!(frame::header_fragment(both, b"\x0112345blockP"), Ok(&b"block"[..]));
    assert_eq!(frame::header_fragment(flag::PRIORITY, b"12345block"), Ok(&b"block"[..]));
    assert_eq!(frame::header_fragment(both, b"\x021234PP"), Err(Reason::FRAME_SIZE_ERROR));
}

#[test]
fn settings_have_their_ranges() {
    let cases = [
        (setting::ENABLE_PUSH, 1, Ok(())),
        (setting::ENABLE_PUSH, 2, Err(Reason::PROTOCOL_ERROR)),
        (setting::INITIAL_WINDOW_SIZE, 0x7fff_ffff, Ok(())),
        (setting::INITIAL_WINDOW_SIZE, 0x8000_0000, Err(Reason::FLOW_CONTROL_ERROR)),
        (setting::MAX_FRAME_SIZE, 16383, Err(Reason::PROTOCOL_ERROR)),
        (setting::MAX_FRAME_SIZE, 16384, Ok(())),
        (setting::MAX_FRAME_SIZE, (1 << 24) - 1, Ok(())),
        (setting::MAX_FRAME_SIZE, 1 << 24, Err(Reason::PROTOCOL_ERROR)),
        (0x1234, u32::MAX, Ok(())),
    ];
    for (name, value, expected) in cases {
        assert_eq!(frame::check_setting(name, value), expected, "{name} = {value}");
    }
}

#[test]
fn reasons_have_names() {
    assert_eq!(Reason::HTTP_1_1_REQUIRED.to_string(), "HTTP_1_1_REQUIRED");
    assert_eq!(Reason(13), Reason::HTTP_1_1_REQUIRED);
    assert_eq!(Reason(77).to_string(), "error code 77");
}

proptest! {
    #[test]
    fn every_nine_bytes_are_a_head(bytes: [u8; HEAD_LEN]) {
        let head = Head::parse(&bytes);
        let mut out = Vec::new();
        head.write(&mut out);
        let mut expected = bytes;
        expected[5] &= 0x7f;
        prop_assert_eq!(out, expected);
    }

    #[test]
    fn payload_readers_never_panic(
        flags: u8,
        payload in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let _ = frame::unpad(flags, &payload);
        let _ = frame::header_fragment(flags, &payload);
        let _ = frame::goaway(&payload);
        let _ = frame::settings(&payload).map(Iterator::count);
    }

    #[test]
    fn long_blocks_are_continued(length in 0usize..200, size in 1usize..60, end: bool) {
        let block: Vec<u8> = (0..length).map(|at| at.to_le_bytes()[0]).collect();
        let mut out = Vec::from(*b"before");
        let mark = frame::begin_headers(&mut out);
        out.extend_from_slice(&block);
        frame::end_headers(&mut out, mark, 5, end, size);

        let frames = frames(&out[b"before".len()..]);
        prop_assert_eq!(frames.concat_payloads(), block);
        prop_assert_eq!(frames.len(), length.div_ceil(size).max(1));
        for (place, (head, _)) in frames.iter().enumerate() {
            let (first, last) = (place == 0, place + 1 == frames.len());
            prop_assert_eq!(head.kind, if first { Kind::HEADERS } else { Kind::CONTINUATION });
            prop_assert_eq!(head.has(flag::END_HEADERS), last);
            prop_assert_eq!(head.has(flag::END_STREAM), first && end);
            prop_assert!(head.stream == 5 && head.length as usize <= size);
        }
    }
}

trait Payloads {
    fn concat_payloads(&self) -> Vec<u8>;
}

impl Payloads for Vec<(Head, &[u8])> {
    fn concat_payloads(&self) -> Vec<u8> {
        self.iter().flat_map(|(_, payload)| payload.iter().copied()).collect()
    }
}
