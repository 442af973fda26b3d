//! Header blocks of strangers: bounded, and of one state with who wrote them.
//!
//! The bytes are blocks: a byte for the length, the block.

use http2::hpack::{Decoded, Decoder, Limits};

const LIMITS: Limits = Limits { max_fields: 20, max_bytes: 2000 };

/// Nothing is handed on beyond the limits, and a decoder that has failed says so.
pub(crate) fn run(mut data: &[u8]) {
    let mut decoder = Decoder::new(4096);
    let mut twin = Decoder::new(4096);
    while let Some((&length, rest)) = data.split_first() {
        let (block, rest) = rest.split_at(usize::from(length).min(rest.len()));
        data = rest;
        let read = |decoder: &mut Decoder| {
            let mut fields: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
            let done = decoder.decode(block, LIMITS, |name, value| {
                fields.push((name.to_vec(), value.to_vec()));
            });
            (done.map(|done| matches!(done, Decoded::Complete)).map_err(drop), fields)
        };
        let (done, fields) = read(&mut decoder);
        assert!(fields.len() <= LIMITS.max_fields);
        assert!(
            fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
                <= LIMITS.max_bytes
        );
        assert_eq!(read(&mut twin), (done, fields));
        if done.is_err() {
            return;
        }
    }
}
