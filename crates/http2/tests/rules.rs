//! What a decoder refuses, what it limits, and what it survives.

#![cfg(test)]

use http2::frame::Reason;
use http2::hpack::{Decoded, Decoder, HpackError, Limits};
use proptest::prelude::*;

const LIMITS: Limits = Limits { max_fields: 64, max_bytes: 16 * 1024 };

type Fields = Vec<(Vec<u8>, Vec<u8>)>;

fn decode(
    decoder: &mut Decoder,
    block: &[u8],
    limits: Limits,
) -> (Result<Decoded, HpackError>, Fields) {
    let mut fields = Fields::new();
    let decoded = decoder.decode(block, limits, |name, value| {
        fields.push((name.to_vec(), value.to_vec()));
    });
    (decoded, fields)
}

fn outcome(block: &[u8]) -> Result<Decoded, HpackError> {
    decode(&mut Decoder::new(4096), block, LIMITS).0
}

/// A block that inserts one field with a name and a value of these lengths.
fn insertion(letter: u8, name: usize, value: usize) -> Vec<u8> {
    let mut block = vec![0x40, u8::try_from(name).unwrap()];
    block.extend(vec![letter; name]);
    if value < 127 {
        block.push(u8::try_from(value).unwrap());
    } else {
        let rest = value - 127;
        block.extend([127, u8::try_from(rest % 128).unwrap() | 0x80]);
        block.push(u8::try_from(rest / 128).unwrap());
    }
    block.extend(vec![b'v'; value]);
    block
}

#[test]
fn bad_blocks_have_their_reason() {
    let cases: [(&[u8], HpackError); 14] = [
        (&[0x80], HpackError::UnknownIndex),
        (&[0xbe], HpackError::UnknownIndex),
        (&[0x7e, 0x00], HpackError::UnknownIndex),
        (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff], HpackError::IntegerTooLong),
        (&[0xff, 0x80], HpackError::Truncated),
        (&[0x40], HpackError::Truncated),
        (&[0x40, 0x05, b'a'], HpackError::Truncated),
        (&[0x40, 0x01, b'a'], HpackError::Truncated),
        (&[0x44, 0x7f, 0xff, 0xff, 0xff, 0x7f], HpackError::Truncated),
        // Above the advertised size, and after a field.
        (&[0x3f, 0xe2, 0x1f], HpackError::SizeUpdate),
        (&[0x82, 0x20], HpackError::SizeUpdate),
        // Huffman: the end of string, padding of zeros, padding of a whole byte.
        (&[0x44, 0x84, 0xff, 0xff, 0xff, 0xff], HpackError::InvalidHuffman),
        (&[0x44, 0x81, 0x00], HpackError::InvalidHuffman),
        (&[0x44, 0x82, 0x07, 0xff], HpackError::InvalidHuffman),
    ];
    for (block, error) in cases {
        assert_eq!(outcome(block), Err(error), "{block:02x?}");
    }
    assert_eq!(Reason::from(HpackError::Truncated), Reason::COMPRESSION_ERROR);
}

#[test]
fn edges_that_are_allowed() {
    assert_eq!(outcome(&[]), Ok(Decoded::Complete));
    assert_eq!(outcome(&[0x3f, 0xe1, 0x1f]), Ok(Decoded::Complete), "the advertised size");
    assert_eq!(outcome(&[0x20, 0x3f, 0xe1, 0x1f, 0x82]), Ok(Decoded::Complete), "two updates");
    assert_eq!(outcome(&[0x44, 0x80]), Ok(Decoded::Complete), "an empty Huffman string");
    assert_eq!(outcome(&[0x00, 0x00, 0x00]), Ok(Decoded::Complete), "an empty name");
    // '0' has five zero bits, so three ones are padding.
    let (_, fields) = decode(&mut Decoder::new(4096), &[0x44, 0x81, 0x07], LIMITS);
    assert_eq!(fields, [(b":path".to_vec(), b"0".to_vec())]);
}

#[test]
fn a_smaller_table_has_to_be_confirmed_by_the_peer() {
    let mut decoder = Decoder::new(0);
    let (before, _) = decode(&mut decoder, &insertion(b'a', 1, 1), LIMITS);
    assert_eq!(before, Ok(Decoded::Complete), "until it has read the setting");
    decoder.settings_acknowledged();
    let (fields, _) = decode(&mut decoder, &[0x82], LIMITS);
    assert_eq!(fields, Err(HpackError::SizeUpdate));

    let mut decoder = Decoder::new(0);
    decoder.settings_acknowledged();
    assert_eq!(decode(&mut decoder, &[0x21], LIMITS).0, Err(HpackError::SizeUpdate));
    assert_eq!(decode(&mut decoder, &[0x20, 0x82], LIMITS).0, Ok(Decoded::Complete));
    assert_eq!(decode(&mut decoder, &[0x82], LIMITS).0, Ok(Decoded::Complete), "once is enough");
    let _ = decode(&mut decoder, &insertion(b'a', 1, 1), LIMITS);
    assert_eq!(decode(&mut decoder, &[0xbe], LIMITS).0, Err(HpackError::UnknownIndex));
}

#[test]
fn entries_are_evicted_from_the_oldest() {
    let mut decoder = Decoder::new(4096);
    // 41 entries of 100 bytes: one more than fits.
    for letter in 0..41u8 {
        let _ = decode(&mut decoder, &insertion(b'A' + letter, 8, 60), LIMITS);
    }
    let (newest, fields) = decode(&mut decoder, &[0xbe, 0xe5], LIMITS);
    assert_eq!(newest, Ok(Decoded::Complete));
    assert_eq!(fields[0].0, [b'A' + 40; 8]);
    assert_eq!(fields[1].0, [b'B'; 8], "index 101 is the oldest of 40");
    assert_eq!(decode(&mut decoder, &[0xe6], LIMITS).0, Err(HpackError::UnknownIndex));
}

#[test]
fn an_entry_larger_than_the_table_empties_it() {
    let mut decoder = Decoder::new(4096);
    let _ = decode(&mut decoder, &insertion(b'a', 1, 1), LIMITS);
    assert_eq!(decode(&mut decoder, &[0xbe], LIMITS).1.len(), 1);
    let (large, fields) = decode(&mut decoder, &insertion(b'b', 10, 4096), LIMITS);
    assert_eq!((large, fields.len()), (Ok(Decoded::Complete), 1), "it is a field all the same");
    assert_eq!(decode(&mut decoder, &[0xbe], LIMITS).0, Err(HpackError::UnknownIndex));
}

#[test]
fn a_name_outlives_the_entry_it_is_taken_from() {
    let mut decoder = Decoder::new(4096);
    let _ = decode(&mut decoder, &[0x3f, 0x45], LIMITS); // 100 bytes
    let _ = decode(&mut decoder, &insertion(b'n', 20, 40), LIMITS);
    // Name of entry 62, a value of 30 bytes: both entries together do not fit.
    let mut block = vec![0x7e, 30];
    block.extend([b'w'; 30]);
    block.push(0xbe);
    let (decoded, fields) = decode(&mut decoder, &block, LIMITS);
    assert_eq!(decoded, Ok(Decoded::Complete));
    let expected = (vec![b'n'; 20], vec![b'w'; 30]);
    assert_eq!(fields, [expected.clone(), expected]);
    assert_eq!(decode(&mut decoder, &[0xbf], LIMITS).0, Err(HpackError::UnknownIndex));
}

#[test]
fn a_block_over_the_limits_still_moves_the_table() {
    let limits = Limits { max_fields: 2, max_bytes: 16 * 1024 };
    let mut decoder = Decoder::new(4096);
    let mut block = vec![0x82, 0x84, 0x86];
    block.extend(insertion(b'a', 1, 1));
    let (decoded, fields) = decode(&mut decoder, &block, limits);
    assert_eq!((decoded, fields.len()), (Ok(Decoded::TooLarge), 2));
    let (_, fields) = decode(&mut decoder, &[0xbe], limits);
    assert_eq!(fields, [(b"a".to_vec(), b"v".to_vec())]);

    // ":method" and "GET" count 42 bytes.
    for (max_bytes, expected) in [(42, Decoded::Complete), (41, Decoded::TooLarge)] {
        let limits = Limits { max_fields: 9, max_bytes };
        assert_eq!(decode(&mut decoder, &[0x82], limits).0, Ok(expected), "{max_bytes}");
    }
}

#[test]
fn a_small_field_after_a_large_one_is_not_handed_over() {
    let limits = Limits { max_fields: 9, max_bytes: 100 };
    let mut block = vec![0x82];
    block.extend(insertion(b'a', 1, 100));
    block.push(0x82);
    let (decoded, fields) = decode(&mut Decoder::new(4096), &block, limits);
    assert_eq!((decoded, fields.len()), (Ok(Decoded::TooLarge), 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_it_panic_or_pass_the_limits(
        blocks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..8),
        max_fields in 0usize..40,
        max_bytes in 0usize..4000,
        table in 0usize..6000,
    ) {
        let mut decoder = Decoder::new(table);
        for block in blocks {
            let limits = Limits { max_fields, max_bytes };
            let (decoded, fields) = decode(&mut decoder, &block, limits);
            let sizes = fields.iter().map(|(name, value)| name.len() + value.len() + 32);
            let bytes: usize = sizes.sum();
            prop_assert!(fields.len() <= max_fields && bytes <= max_bytes);
            if decoded.is_err() {
                break;
            }
        }
    }
}
