//! Tests of [`super`]: every form it must take, and every one it must not.

mod naive;

use super::*;
use proptest::prelude::*;

/// The fields of most requests, a list, second names, a number and nested messages with names.
const FIELDS: Fields = Fields {
    database: 2,
    collection: 3,
    collections: 5,
    other_database: 7,
    other: 8,
    numbers: 1 << 4,
    inner: 6,
    inner_database: 2,
    inner_collection: 3,
    several_messages: false,
};

/// Names with nothing borrowed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Owned {
    database: String,
    collection: String,
    other_database: String,
    other: String,
    collections: Vec<String>,
    inner_databases: Vec<String>,
    by_number: bool,
}

fn scan(fields: Fields, pieces: &[&[u8]]) -> Result<Owned, ScanError> {
    // One that has read another request before, which must leave no trace.
    let mut scanner = Scanner::new(&FIELDS);
    let before = [text(2, "x"), text(3, "y"), text(5, "z"), text(6, text(2, "w")), vec![4 << 3, 1]];
    scanner.feed(&framed(&before.concat())).unwrap();
    scanner.restart(&fields);
    for piece in pieces {
        scanner.feed(piece)?;
    }
    assert!(scanner.is_whole() || scanner.finish().is_err());
    let names = scanner.finish()?;
    let owned = |list: NameList<'_>| list.iter().map(str::to_owned).collect();
    Ok(Owned {
        database: names.database.to_owned(),
        collection: names.collection.to_owned(),
        other_database: names.other_database.to_owned(),
        other: names.other.to_owned(),
        collections: owned(names.collections),
        inner_databases: owned(names.inner_databases),
        by_number: names.by_number,
    })
}

fn framed(message: &[u8]) -> Vec<u8> {
    let mut body = vec![0];
    body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    body.extend(message);
    body
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
    bytes
}

fn text(number: u64, text: impl AsRef<[u8]>) -> Vec<u8> {
    let text = text.as_ref();
    [varint(number << 3 | 2), varint(text.len() as u64), text.to_vec()].concat()
}

/// Anything that may stand at the top level of a message, names more often than not.
fn field() -> impl Strategy<Value = Vec<u8>> {
    // Around the length up to which a name is kept in place, too.
    let name = prop_oneof![3 => "[a-zé]{0,12}", 1 => "[a-z]{55,70}"];
    prop_oneof![
        4 => (prop_oneof![Just(2u64), Just(3), Just(5), Just(7), Just(8)], name.clone())
            .prop_map(|(n, s)| text(n, s)),
        2 => prop::collection::vec((2u64..5, name), 0..3).prop_map(|names| {
            text(6, names.into_iter().map(|(n, s)| text(n, s)).collect::<Vec<_>>().concat())
        }),
        1 => (0u64..3).prop_map(|value| [varint(4 << 3), varint(value)].concat()),
        1 => prop::collection::vec(0u8..9, 0..3).prop_map(|packed| text(4, packed)),
        2 => (Just(5u64), "[a-z]{250,260}").prop_map(|(n, s)| text(n, s)),
        2 => (6u64..40, prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(n, b)| text(n, b)),
        2 => (6u64..1 << 29, any::<u64>()).prop_map(|(n, v)| [varint(n << 3), varint(v)].concat()),
        1 => (6u64..40, any::<[u8; 8]>())
            .prop_map(|(n, v)| [varint(n << 3 | 1), v.to_vec()].concat()),
        1 => (6u64..40, any::<[u8; 4]>())
            .prop_map(|(n, v)| [varint(n << 3 | 5), v.to_vec()].concat()),
        1 => (0u64..8, 0u64..8).prop_map(|(n, kind)| varint(n << 3 | kind)),
    ]
}

/// A body, sometimes damaged.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let damage = prop::option::weighted(0.4, (any::<prop::sample::Index>(), any::<u8>(), 0u8..4));
    (prop::collection::vec(field(), 0..8), damage).prop_map(|(fields, damage)| {
        let mut body = framed(&fields.concat());
        if let Some((index, byte, how)) = damage {
            let at = index.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => body.truncate(at),
                2 => body.insert(at, byte),
                // Inside the message, with the length put right.
                _ => {
                    let mut message = body.split_off(5);
                    let at = index.index(message.len() + 1);
                    message.insert(at, byte);
                    body = framed(&message);
                }
            }
        }
        body
    })
}

/// So many cases, or more of them if `cargo xtask properties` says so.
#[expect(clippy::disallowed_methods, reason = "the one who runs a test says how long")]
fn cases(usual: u32) -> ProptestConfig {
    let times = std::env::var("KEYWARD_CASES_TIMES").ok().and_then(|times| times.parse().ok());
    ProptestConfig::with_cases(usual.saturating_mul(times.unwrap_or(1)))
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn it_reads_what_the_plainest_reader_reads_however_the_body_is_cut(
        body in body(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let expected = naive::scan(FIELDS, &body);
        let whole = scan(FIELDS, &[&body]);
        prop_assert_eq!(whole.clone().map_err(|_| ()), expected);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|cut| &body[cut[0]..cut[1]]).collect();
        prop_assert_eq!(scan(FIELDS, &pieces), whole.clone());
        let bytes: Vec<_> = body.chunks(1).collect();
        prop_assert_eq!(scan(FIELDS, &bytes), whole);
    }
}

/// A nested message that is longer than what is around it is found by its length, wherever the body
/// is cut or ends.
#[test]
fn a_nested_message_that_is_too_long_is_found_by_its_length() {
    for body in [
        &[0, 0, 0, 0, 34, FIELDS.inner << 3 | 2, 53][..],
        &[0, 0, 0, 0, 2, FIELDS.inner << 3 | 2, 1],
    ] {
        assert_eq!(scan(FIELDS, &[body]), Err(ScanError::Overrun), "{body:?}");
        let bytes: Vec<_> = body.chunks(1).collect();
        assert_eq!(scan(FIELDS, &bytes), Err(ScanError::Overrun), "{body:?} byte by byte");
    }
}

/// Every message, after a good database and collection, is refused for this reason.
#[track_caller]
fn refused(error: ScanError, messages: &[Vec<u8>]) {
    let names = [text(2, "db"), text(3, "books")].concat();
    for message in messages {
        let body = framed(&[&names[..], message].concat());
        assert_eq!(scan(FIELDS, &[&body]), Err(error), "{message:02x?}");
        let bytes: Vec<_> = body.chunks(1).collect();
        assert_eq!(scan(FIELDS, &bytes), Err(error), "{message:02x?} byte by byte");
    }
}

#[test]
fn names_given_twice_are_refused() {
    // Another one, the same, an empty one, and one after more data.
    let later = [text(9, "data"), text(3, "films")].concat();
    refused(ScanError::Repeated, &[text(3, "films"), text(3, "books"), text(3, ""), later]);
    refused(ScanError::Repeated, &[text(2, "other"), text(2, "db"), text(2, "")]);
}

#[test]
fn names_out_of_bounds_are_refused() {
    let long = "x".repeat(MAX_NAME_LEN + 1);
    refused(ScanError::NameTooLong, &[text(5, long)]);
    refused(ScanError::TooManyNames, &[text(5, "").repeat(MAX_NAMES + 1)]);
    // The last is text only if the two names are taken for one.
    let halves = [text(5, [0xc3]), text(5, [0xa9])].concat();
    refused(ScanError::NotText, &[text(5, [0xff]), text(5, [0xc3]), halves]);
    // As a number, as eight bytes, as four.
    let eight = [varint(3 << 3 | 1), vec![0; 8]].concat();
    let four = [varint(5 << 3 | 5), vec![0; 4]].concat();
    refused(ScanError::NotAName, &[varint(3 << 3), eight, four]);
}

#[test]
fn unknown_kinds_and_fields_are_refused() {
    // Begin and end of a group, kinds 6 and 7, and a name as a group.
    let kinds = [9 << 3 | 3, 9 << 3 | 4, 9 << 3 | 6, 9 << 3 | 7, 3 << 3 | 3];
    refused(ScanError::BadKind, &kinds.map(varint));
    // Field 0 of each kind, field 2^29, and field 3 for a parser that keeps the low 32 bits.
    let fields = [0, 1, 2, 5, 1 << 32 | 2, 1 << 32 | 3 << 3 | 2];
    refused(ScanError::BadField, &fields.map(varint));
}

#[test]
fn numbers_longer_than_need_be_are_refused() {
    let tag = vec![0x9a, 0x00, 0x01, b'x'];
    let length = vec![0x4a, 0x81, 0x00, b'x'];
    let value = vec![0x48, 0x80, 0x00];
    let eleven_bytes = [&[0x48][..], &[0xff; 10], &[1]].concat();
    refused(ScanError::BadNumber, &[tag, length, value, eleven_bytes]);
}

#[test]
fn fields_that_reach_beyond_the_message_are_refused() {
    let data = vec![0x4a, 5, b'x'];
    let name = vec![0x2a, 2, b'x'];
    let beyond_32_bits = vec![0x4a, 0x81, 0x80, 0x80, 0x80, 0x10, b'x'];
    refused(ScanError::Overrun, &[data, name, beyond_32_bits]);
    // Eight bytes, four bytes, a tag alone, half a tag, half a number.
    let (eight, four) = (vec![0x49, 1, 2, 3], vec![0x4d, 1, 2, 3]);
    refused(ScanError::Overrun, &[eight, four, vec![0x4a], vec![0xca], vec![0x48, 0x80]]);
}

#[test]
fn hostile_framing_is_refused() {
    let good = framed(&text(3, "books"));
    let with_flag = |flag| [&[flag][..], &good[1..]].concat();
    let too_large = [&[0][..], &(MAX_MESSAGE_LEN + 1).to_be_bytes()].concat();
    let too_large_by_far = vec![0, 0xff, 0xff, 0xff, 0xff];
    let and_empty = [&good[..], &[0; 5]].concat();
    let and_a_byte = [&good[..], &[0]].concat();
    for (error, bodies) in [
        (ScanError::NoMessage, vec![vec![]]),
        (ScanError::Truncated, vec![vec![0, 0, 0], good[..5].to_vec(), good[..8].to_vec()]),
        (ScanError::Compressed, vec![with_flag(1), with_flag(0x80)]),
        (ScanError::SeveralMessages, vec![good.repeat(2), and_empty, and_a_byte]),
        (ScanError::TooLarge(MAX_MESSAGE_LEN), vec![too_large, too_large_by_far]),
    ] {
        for body in bodies {
            assert_eq!(scan(FIELDS, &[&body]), Err(error), "{body:02x?}");
        }
    }
}

#[test]
fn a_scanner_keeps_to_what_was_wrong() {
    let good = framed(&text(3, "books"));
    let mut limited = Scanner::new(&FIELDS).with_limit(6);
    for _ in 0..2 {
        assert_eq!(limited.feed(&good), Err(ScanError::TooLarge(6)));
        assert_eq!(limited.finish(), Err(ScanError::TooLarge(6)));
    }
}

#[test]
fn the_longest_and_the_most_names_fit() {
    let longest = "é".repeat(127) + "x";
    let message = [text(2, &longest), text(3, &longest), text(5, &longest).repeat(MAX_NAMES)];
    let body = framed(&message.concat());
    for piece in [1, 100, body.len()] {
        let pieces: Vec<_> = body.chunks(piece).collect();
        let names = scan(FIELDS, &pieces).unwrap();
        assert_eq!((&names.database, &names.collection), (&longest, &longest));
        assert_eq!(names.collections, vec![longest.clone(); MAX_NAMES]);
    }
}

#[test]
fn an_empty_message_has_no_names() {
    assert_eq!(scan(FIELDS, &[&[0; 5]]), Ok(Owned::default()));
    let names = scan(Fields::default(), &[&framed(&text(3, "books"))]);
    assert_eq!(names, Ok(Owned::default()));
}

#[test]
fn a_stream_may_have_several_messages_but_names_each_thing_once() {
    let fields = Fields { several_messages: true, ..FIELDS };
    let first = framed(&text(3, "books"));
    let second = framed(&text(9, "data"));
    let names = scan(fields, &[&first, &second, &[0; 5]]).unwrap();
    assert_eq!(names.collection, "books");
    assert_eq!(scan(fields, &[&first, &first]), Err(ScanError::Repeated));
}

#[test]
fn names_in_nested_messages_are_found() {
    let full = text(6, [text(9, "x"), text(3, "films"), text(2, "other")].concat());
    let nameless = text(6, text(4, "anything"));
    let message = [full, text(3, "books"), text(6, ""), nameless].concat();
    for piece in [1, 2, 3, 100] {
        let body = framed(&message);
        let names = scan(FIELDS, &body.chunks(piece).collect::<Vec<_>>()).unwrap();
        assert_eq!(names.collection, "books");
        assert_eq!(names.collections, ["films"]);
        assert_eq!(names.inner_databases, ["other", "", ""]);
    }
    let twice = text(6, [text(3, "films"), text(3, "books")].concat());
    refused(ScanError::Repeated, &[twice]);
    // The nested message says that it is longer than what is around it.
    refused(ScanError::Overrun, &[vec![6 << 3 | 2, 5, 3 << 3 | 2, 1, b'x']]);
    // A field in it reaches beyond it, but not beyond what is around it.
    refused(ScanError::Overrun, &[[&[6 << 3 | 2, 2, 3 << 3 | 2, 3][..], b"abc"].concat()]);
    refused(ScanError::NotAName, &[vec![6 << 3, 1]]);
    refused(ScanError::TooManyNames, &[text(6, "").repeat(MAX_NAMES + 1)]);
}

#[test]
fn what_is_named_by_a_number_is_told() {
    let by_number = |message: &[u8]| scan(FIELDS, &[&framed(message)]).map(|names| names.by_number);
    assert_eq!(by_number(&[4 << 3, 0]), Ok(false));
    assert_eq!(by_number(&[4 << 3, 7]), Ok(true));
    assert_eq!(by_number(&[4 << 3, 7, 4 << 3, 0]), Ok(true));
    assert_eq!(by_number(&text(4, [7, 8])), Ok(true));
    assert_eq!(by_number(&text(4, "")), Ok(false));
}
