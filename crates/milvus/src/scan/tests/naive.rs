//! The scanner's work done in the plainest way: over the whole body, with slices and lists.
//!
//! It must never share code with what it is held against.

use super::{Fields, MAX_NAME_LEN, Owned, varint};

fn number(bytes: &[u8]) -> Result<(u64, &[u8]), ()> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0).ok_or(())?;
    let (digits, rest) = bytes.split_at(end + 1);
    let wide = digits.iter().rev().try_fold(0u128, |sum, byte| {
        if sum >> 100 == 0 { Ok(sum << 7 | u128::from(byte & 0x7f)) } else { Err(()) }
    })?;
    let value = u64::try_from(wide).map_err(|_| ())?;
    if varint(value) == digits { Ok((value, rest)) } else { Err(()) }
}

fn name(content: &[u8]) -> Result<String, ()> {
    if content.len() > MAX_NAME_LEN {
        return Err(());
    }
    String::from_utf8(content.to_vec()).map_err(|_| ())
}

/// Every field of a message: its number, its kind, its value and its content.
type Parts<'b> = Vec<(u64, u64, u64, &'b [u8])>;

fn parts(mut rest: &[u8]) -> Result<Parts<'_>, ()> {
    let mut parts = vec![];
    while !rest.is_empty() {
        let (tag, after) = number(rest)?;
        if tag >> 3 == 0 || tag > u64::from(u32::MAX) {
            return Err(());
        }
        let (value, after) = match tag & 7 {
            0 | 2 => number(after)?,
            1 | 5 => (0, after),
            _ => return Err(()),
        };
        let length = match tag & 7 {
            0 => 0,
            1 => 8,
            5 => 4,
            _ => usize::try_from(value).map_err(|_| ())?,
        };
        let (content, after) = after.split_at_checked(length).ok_or(())?;
        parts.push((tag >> 3, tag & 7, value, content));
        rest = after;
    }
    Ok(parts)
}

/// All contents of the field with this number, which must be names.
fn all(parts: &Parts<'_>, field: u8) -> Result<Vec<String>, ()> {
    let mine = parts.iter().filter(|(number, ..)| *number == u64::from(field) && field > 0);
    mine.map(|(_, kind, _, content)| if *kind == 2 { name(content) } else { Err(()) }).collect()
}

/// The only content of the field with this number.
fn one(parts: &Parts<'_>, field: u8) -> Result<Option<String>, ()> {
    let mut all = all(parts, field)?;
    if all.len() > 1 { Err(()) } else { Ok(all.pop()) }
}

fn message(fields: Fields, body: &[u8]) -> Result<Owned, ()> {
    let parts = parts(body)?;
    let single = |field| one(&parts, field).map(Option::unwrap_or_default);
    let mut owned = Owned {
        database: single(fields.database)?,
        collection: single(fields.collection)?,
        other_database: single(fields.other_database)?,
        other: single(fields.other)?,
        ..Owned::default()
    };
    all(&parts, fields.collections)?;
    for (number, kind, value, content) in &parts {
        if *number == u64::from(fields.collections) {
            owned.collections.push(name(content)?);
        } else if *number == u64::from(fields.inner) && fields.inner > 0 {
            if *kind != 2 {
                return Err(());
            }
            let inner = self::parts(content)?;
            let database = one(&inner, fields.inner_database)?.unwrap_or_default();
            owned.inner_databases.push(database);
            let collection = one(&inner, fields.inner_collection)?;
            owned.collections.extend(collection.filter(|name| !name.is_empty()));
        } else if *number < 64 && fields.numbers >> number & 1 == 1 {
            if matches!(kind, 1 | 5) {
                return Err(());
            }
            owned.by_number |= *value != 0;
        }
    }
    Ok(owned)
}

pub(super) fn scan(fields: Fields, body: &[u8]) -> Result<Owned, ()> {
    let (prefix, content) = body.split_first_chunk::<5>().ok_or(())?;
    let [flag, length @ ..] = *prefix;
    if flag != 0 || u32::from_be_bytes(length) as usize != content.len() {
        return Err(());
    }
    message(fields, content)
}
