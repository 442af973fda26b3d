//! What is encoded is decoded, by this crate and by another implementation.

#![cfg(test)]

use http2::hpack::{Decoded, Decoder, Encoder, HpackError, Indexing, Limits};
use loona_hpack::decoder::DecoderError;
use proptest::prelude::*;

const LIMITS: Limits = Limits { max_fields: 1000, max_bytes: 1 << 20 };

type Field = (Vec<u8>, Vec<u8>);

#[derive(Clone, Debug)]
enum Step {
    Block(Vec<(Field, Indexing)>),
    TableSize(u32),
}

/// Few names and values, so that they repeat; some of the static table, some long.
fn field() -> impl Strategy<Value = Field> {
    let name = prop_oneof![
        prop::sample::select(vec![":method", ":path", ":status", "te", "content-type", "x-a"])
            .prop_map(|name| name.as_bytes().to_vec()),
        "[a-z-]{1,20}".prop_map(String::into_bytes),
    ];
    let value = prop_oneof![
        prop::sample::select(vec!["", "GET", "POST", "/", "200", "404", "trailers"])
            .prop_map(|value| value.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(any::<u8>(), 0..2).prop_map(|seed| seed.repeat(700)),
    ];
    (name, value)
}

fn indexing() -> impl Strategy<Value = Indexing> {
    prop::sample::select(vec![
        Indexing::Stable,
        Indexing::Stable,
        Indexing::Literal,
        Indexing::Secret,
    ])
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => prop::collection::vec((field(), indexing()), 1..12).prop_map(Step::Block),
        1 => prop::sample::select(vec![0, 40, 100, 1000, 4096, 65536]).prop_map(Step::TableSize),
    ];
    // Every block twice, so that the second finds what the first inserted.
    prop::collection::vec(step, 1..12)
        .prop_map(|steps| steps.into_iter().flat_map(|step| [step.clone(), step]).collect())
}

fn decode(decoder: &mut Decoder, block: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let decoded = decoder.decode(block, LIMITS, |name, value| {
        fields.push((name.to_vec(), value.to_vec()));
    });
    assert_eq!(decoded, Ok(Decoded::Complete), "{block:02x?}");
    fields
}

fn encode(encoder: &mut Encoder, fields: &[(Field, Indexing)]) -> Vec<u8> {
    let mut block = Vec::new();
    encoder.begin(&mut block);
    for ((name, value), how) in fields {
        encoder.field(&mut block, name, value, *how);
    }
    block
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_encoded_is_decoded_by_both(steps in steps()) {
        let mut encoder = Encoder::new();
        let mut ours = Decoder::new(65536);
        let mut theirs = loona_hpack::Decoder::new();
        theirs.set_max_allowed_table_size(4096);
        for step in steps {
            match step {
                Step::Block(fields) => {
                    let block = encode(&mut encoder, &fields);
                    let expected: Vec<Field> =
                        fields.into_iter().map(|(field, _)| field).collect();
                    prop_assert_eq!(&decode(&mut ours, &block), &expected);
                    prop_assert_eq!(&theirs.decode(&block).unwrap(), &expected);
                }
                Step::TableSize(size) => encoder.set_peer_max_table_size(size),
            }
        }
    }

    #[test]
    fn what_another_encodes_is_decoded(
        blocks in prop::collection::vec(prop::collection::vec(field(), 0..12), 1..20),
    ) {
        let mut theirs = loona_hpack::Encoder::new();
        let mut ours = Decoder::new(4096);
        for fields in blocks {
            let block =
                theirs.encode(fields.iter().map(|(name, value)| (&name[..], &value[..])));
            prop_assert_eq!(decode(&mut ours, &block), fields);
        }
    }

    #[test]
    fn both_decoders_agree_on_any_bytes(
        start in prop::collection::vec(field(), 0..4),
        tail in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut block = loona_hpack::Encoder::new()
            .encode(start.iter().map(|(name, value)| (&name[..], &value[..])));
        block.extend(tail);
        let mut theirs = loona_hpack::Decoder::new();
        theirs.set_max_allowed_table_size(4096);
        let mut fields = Vec::new();
        let ours = Decoder::new(4096).decode(&block, LIMITS, |name, value| {
            fields.push((name.to_vec(), value.to_vec()));
        });
        match (ours, theirs.decode(&block)) {
            (Ok(_), Ok(expected)) => prop_assert_eq!(fields, expected),
            // The other one takes size updates anywhere but at the end of a block.
            (Err(HpackError::SizeUpdate), _)
            | (_, Err(DecoderError::SizeUpdateAtEnd))
            | (Err(_), Err(_)) => {}
            (ours, theirs) => prop_assert!(false, "{:?} {:?} {:02x?}", ours, theirs, block),
        }
    }
}

#[test]
fn stable_fields_cost_a_byte_the_second_time() {
    let mut encoder = Encoder::new();
    let fields: Vec<(Field, Indexing)> = ["te", "user-agent", "grpc-accept-encoding"]
        .map(|name| ((name.as_bytes().to_vec(), b"some value".to_vec()), Indexing::Stable))
        .to_vec();
    assert!(encode(&mut encoder, &fields).len() > 30);
    assert_eq!(encode(&mut encoder, &fields), [0xc0, 0xbf, 0xbe]);
}

#[test]
fn a_full_table_keeps_what_it_has() {
    let mut encoder = Encoder::new();
    let entry = |number: usize| {
        let field = (b"x-number".to_vec(), format!("{number:060}").into_bytes());
        vec![(field, Indexing::Stable)]
    };
    // 40 entries of 100 bytes fit.
    for number in 0..60 {
        encode(&mut encoder, &entry(number));
    }
    for number in 0..40 {
        let expected = 0x80 | u8::try_from(62 + 39 - number).unwrap();
        assert_eq!(encode(&mut encoder, &entry(number)), [expected]);
    }
    assert!(encode(&mut encoder, &entry(40)).len() > 60, "in full");
    assert_eq!(encode(&mut encoder, &entry(40))[0], 0x00, "without indexing");
}

#[test]
fn secrets_are_never_indexed() {
    let mut encoder = Encoder::new();
    let secret = vec![((b"authorization".to_vec(), b"abc".to_vec()), Indexing::Secret)];
    let expected = [0x1f, 23 - 15, 3, b'a', b'b', b'c'];
    assert_eq!(encode(&mut encoder, &secret), expected);
    assert_eq!(encode(&mut encoder, &secret), expected);
    // Even a value that the static table has.
    let method = vec![((b":method".to_vec(), b"GET".to_vec()), Indexing::Secret)];
    assert_eq!(encode(&mut encoder, &method), [0x12, 3, b'G', b'E', b'T']);
}

#[test]
fn the_peers_table_size_is_followed() {
    let mut encoder = Encoder::new();
    let fields = vec![((b"te".to_vec(), b"trailers".to_vec()), Indexing::Stable)];
    let in_full = encode(&mut encoder, &fields);
    assert_eq!(in_full[0], 0x40);

    encoder.set_peer_max_table_size(65536);
    assert_eq!(encode(&mut encoder, &fields), [0xbe], "more than we use changes nothing");

    encoder.set_peer_max_table_size(100);
    let mut expected = vec![0x20, 0x3f, 100 - 31];
    expected.extend(&in_full);
    assert_eq!(encode(&mut encoder, &fields), expected, "emptied, resized, inserted anew");
    assert_eq!(encode(&mut encoder, &fields), [0xbe]);

    encoder.set_peer_max_table_size(0);
    let without = encode(&mut encoder, &fields);
    assert_eq!(without[..2], [0x20, 0x00], "nothing can be inserted");
    assert_eq!(encode(&mut encoder, &fields), without[1..]);

    encoder.set_peer_max_table_size(50);
    encoder.set_peer_max_table_size(4096);
    assert_eq!(encode(&mut encoder, &fields)[..5], [0x20, 0x3f, 0xe1, 0x1f, 0x40]);
}

#[test]
fn a_table_that_shrank_and_grew_between_blocks_is_emptied() {
    let mut encoder = Encoder::new();
    let fields = vec![((b"te".to_vec(), b"trailers".to_vec()), Indexing::Stable)];
    encode(&mut encoder, &fields);
    encoder.set_peer_max_table_size(10);
    encoder.set_peer_max_table_size(4096);
    assert_eq!(encode(&mut encoder, &fields)[..5], [0x20, 0x3f, 0xe1, 0x1f, 0x40]);
}

#[test]
fn statuses() {
    for status in [200, 204, 206, 304, 400, 404, 500, 503, 100, 599, 999] {
        let mut block = Vec::new();
        let mut encoder = Encoder::new();
        encoder.begin(&mut block);
        encoder.status(&mut block, status);
        let fields = decode(&mut Decoder::new(4096), &block);
        assert_eq!(fields, [(b":status".to_vec(), status.to_string().into_bytes())]);
        assert!(status != 200 || block == [0x88]);
    }
}
