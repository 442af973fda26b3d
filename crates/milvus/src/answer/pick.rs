//! Cutting an answer with names down to those that its reader may see.
//!
//! The only answers that are read: short lists of names, and numbers that go with them by their
//! place. What is not known of such an answer is left out, and what cannot be read in one way only
//! is an error, so that no name is shown by mistake. To add an answer: its arm in `shape`.

use super::{put_bytes, put_varint};
use crate::rpc::Listing;
use std::fmt;

/// An answer that cannot be cut down. Nothing of it may be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer cannot be read")
    }
}

impl std::error::Error for Unreadable {}

/// Number of the field with the status.
const STATUS: u32 = 1;

/// Where an answer has its names.
struct Shape {
    /// Number of the field with the names.
    names: u8,
    /// Numbers of the fields with numbers, one for each name.
    beside: &'static [u8],
    /// Numbers of other fields that repeat what the request names.
    kept: &'static [u8],
    /// Whether the answer says nothing without its name.
    whole: bool,
}

const fn shape(listing: Listing) -> Shape {
    match listing {
        Listing::Collections => {
            Shape { names: 2, beside: &[3, 4, 5, 6, 7, 8], kept: &[], whole: false }
        }
        Listing::Databases => Shape { names: 2, beside: &[3, 4], kept: &[], whole: false },
        Listing::Aliases => Shape { names: 4, beside: &[], kept: &[2, 3], whole: false },
        Listing::Alias => Shape { names: 4, beside: &[], kept: &[2, 3], whole: true },
    }
}

/// One field: its number, and its value or content.
enum Field<'b> {
    Number(u32, u64),
    Bytes(u32, &'b [u8]),
}

/// Takes the gRPC-framed answer of an RPC and leaves in it the names that `admits` accepts.
/// `None` if the answer is about one name only and that is not accepted.
///
/// # Errors
/// The body is not one uncompressed message of the form that the RPC's answers have.
pub fn pick(
    listing: Listing,
    body: &[u8],
    admits: impl Fn(&[u8]) -> bool,
) -> Result<Option<Vec<u8>>, Unreadable> {
    let shape = shape(listing);
    let fields = fields(message(body)?)?;
    let mut names = Vec::new();
    for field in &fields {
        match field {
            Field::Bytes(number, name) if *number == u32::from(shape.names) => names.push(*name),
            Field::Number(number, _) if *number == u32::from(shape.names) => {
                return Err(Unreadable);
            }
            _ => {}
        }
    }
    // An empty name is what a failed call answers. In a list it names nothing, and what goes beside
    // it would be taken for another's.
    let shown: Vec<bool> = names.iter().map(|name| !name.is_empty() && admits(name)).collect();
    if shape.whole && names.iter().zip(&shown).any(|(name, shown)| !shown && !name.is_empty()) {
        return Ok(None);
    }
    let mut out = vec![0; 5];
    for field in &fields {
        if let Field::Bytes(number, content) = field
            && (*number == STATUS || shape.kept.iter().any(|kept| *number == u32::from(*kept)))
        {
            put_kept(&mut out, u8::try_from(*number).map_err(|_| Unreadable)?, content);
        }
    }
    for (name, _) in names.iter().zip(&shown).filter(|(_, shown)| **shown) {
        put_bytes(&mut out, shape.names, name);
    }
    for &number in shape.beside {
        put_beside(&mut out, number, &fields, &shown)?;
    }
    let length = u32::try_from(out.len() - 5).map_err(|_| Unreadable)?;
    out[1..5].copy_from_slice(&length.to_be_bytes());
    Ok(Some(out))
}

/// A field as it came, an empty one too: a status that says success is empty, and SDKs look for it.
fn put_kept(out: &mut Vec<u8>, number: u8, content: &[u8]) {
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// Writes those numbers of a field that go with a name that is shown.
fn put_beside(
    out: &mut Vec<u8>,
    number: u8,
    fields: &[Field<'_>],
    shown: &[bool],
) -> Result<(), Unreadable> {
    let mut values = Vec::new();
    for field in fields {
        match *field {
            Field::Number(found, value) if found == u32::from(number) => values.push(value),
            Field::Bytes(found, mut packed) if found == u32::from(number) => {
                while !packed.is_empty() {
                    values.push(varint(&mut packed)?);
                }
            }
            _ => {}
        }
    }
    if values.is_empty() {
        return Ok(());
    }
    if values.len() != shown.len() {
        return Err(Unreadable);
    }
    let mut packed = Vec::with_capacity(values.len());
    for (value, _) in values.into_iter().zip(shown).filter(|(_, shown)| **shown) {
        put_varint(&mut packed, value);
    }
    put_bytes(out, number, &packed);
    Ok(())
}

/// The only message in a body.
fn message(body: &[u8]) -> Result<&[u8], Unreadable> {
    let (&[flag, a, b, c, d], message) = body.split_first_chunk().ok_or(Unreadable)?;
    let length = u32::from_be_bytes([a, b, c, d]) as usize;
    if flag == 0 && length == message.len() { Ok(message) } else { Err(Unreadable) }
}

/// The fields of a message; of those with a fixed length none is known here.
fn fields(mut rest: &[u8]) -> Result<Vec<Field<'_>>, Unreadable> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let tag = u32::try_from(varint(&mut rest)?).map_err(|_| Unreadable)?;
        match tag & 7 {
            0 => fields.push(Field::Number(tag >> 3, varint(&mut rest)?)),
            2 => {
                let length = usize::try_from(varint(&mut rest)?).map_err(|_| Unreadable)?;
                let (content, after) = rest.split_at_checked(length).ok_or(Unreadable)?;
                fields.push(Field::Bytes(tag >> 3, content));
                rest = after;
            }
            kind @ (1 | 5) => {
                rest = rest.get(if kind == 1 { 8 } else { 4 }..).ok_or(Unreadable)?;
            }
            _ => return Err(Unreadable),
        }
    }
    Ok(fields)
}

fn varint(bytes: &mut &[u8]) -> Result<u64, Unreadable> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(Unreadable)?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(message: &[u8]) -> Vec<u8> {
        [&[0][..], &u32::try_from(message.len()).unwrap().to_be_bytes(), message].concat()
    }

    fn bytes(number: u8, content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_varint(&mut out, u64::from(number) << 3 | 2);
        put_varint(&mut out, content.len() as u64);
        out.extend_from_slice(content);
        out
    }

    fn team(name: &[u8]) -> bool {
        name.starts_with(b"team_")
    }

    #[test]
    fn names_go_with_their_numbers() {
        let status = bytes(1, b"ok");
        let names = [bytes(2, b"team_a"), bytes(2, b"other"), bytes(2, b"team_b")].concat();
        let ids = bytes(3, &[1, 0x80, 1, 3]);
        // One by one, as old encoders write them.
        let loaded = [6 << 3, 100, 6 << 3, 0, 6 << 3, 7];
        let unknown = [bytes(9, b"other"), vec![10 << 3, 5], bytes(20, b"other")].concat();
        let body = framed(&[&unknown, &ids, &names, &status, &loaded[..]].concat());
        let picked = pick(Listing::Collections, &body, team).unwrap().unwrap();
        let expected = [
            status,
            bytes(2, b"team_a"),
            bytes(2, b"team_b"),
            bytes(3, &[1, 3]),
            bytes(6, &[100, 7]),
        ];
        assert_eq!(picked, framed(&expected.concat()));
        assert_eq!(pick(Listing::Collections, &[0; 5], team), Ok(Some(vec![0; 5])));
        let success = framed(&[bytes(1, b""), bytes(2, b"other")].concat());
        let picked = pick(Listing::Collections, &success, team);
        assert_eq!(
            picked,
            Ok(Some(framed(&bytes(1, b"")))),
            "SDKs miss a status that is not there"
        );
    }

    #[test]
    fn aliases_and_the_collection_of_one() {
        let all = [bytes(2, b"default"), bytes(4, b"other"), bytes(4, b"team_x")].concat();
        let picked = pick(Listing::Aliases, &framed(&all), team).unwrap().unwrap();
        assert_eq!(picked, framed(&[bytes(2, b"default"), bytes(4, b"team_x")].concat()));
        let one = |name: &[u8]| framed(&[bytes(3, b"team_x"), bytes(4, name)].concat());
        assert_eq!(pick(Listing::Alias, &one(b"other"), team), Ok(None));
        assert_eq!(pick(Listing::Alias, &one(b"team_a"), team), Ok(Some(one(b"team_a"))));
        let failed = framed(&bytes(1, b"no such alias"));
        assert_eq!(pick(Listing::Alias, &failed, team), Ok(Some(failed)));
    }

    #[test]
    fn what_cannot_be_read_is_not_shown() {
        let name = bytes(2, b"team_a");
        let whole = framed(&name);
        for body in [
            vec![],
            whole[..8].to_vec(),
            [&[1], &whole[1..]].concat(),
            whole.repeat(2),
            framed(&[&name[..], &bytes(3, &[1, 2])].concat()),
            framed(&[&name[..], &bytes(3, &[0x80])].concat()),
            framed(&[2 << 3, 1]),
            framed(&[2 << 3 | 3]),
            framed(&[2 << 3 | 2, 9, b'x']),
            framed(&[9 << 3 | 1, 0]),
        ] {
            assert_eq!(pick(Listing::Collections, &body, team), Err(Unreadable), "{body:?}");
        }
    }
}
