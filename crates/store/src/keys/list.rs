//! Lists of keys: a numbered page of them, and walks that go on behind a key.
//!
//! A walk is an index read from a place: its pages cost the same however deep they are. A numbered
//! page costs a step for each key before it, and what it counts may cost a look at each key.

use super::read::{from_row, records};
use super::way::{Source, Way};
use super::{Key, KeyCursor, KeyFilter, KeySort, known_count};
use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::sql::{Value, to_count};
use crate::usage;
use crate::work::Reader;
use model::Error;
use model::usage::LastUse;

/// A key in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Its record.
    pub key: Key,
    /// When and by whom it was used last, if it ever was.
    pub last_use: Option<LastUse>,
    /// Where it stands in the order of the list.
    pub cursor: KeyCursor,
}

/// Where a walk begins, and in which direction it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyStart {
    /// The first keys.
    First,
    /// The last keys.
    Last,
    /// Those that come after this one.
    After(KeyCursor),
    /// Those that come before this one.
    Before(KeyCursor),
}

/// A part of a walk, in the order of the list whichever way it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyWalk {
    /// The keys.
    pub items: Vec<KeyEntry>,
    /// Whether there are keys before them.
    pub before: bool,
    /// Whether there are keys after them.
    pub after: bool,
}

/// The keys that pass the filter, in its order.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    filter: &KeyFilter,
    page: Page,
) -> Result<Listed<KeyEntry>, Error> {
    let Source { sql: source, mut values, sorted } = Way::of(reader, filter)?.source(filter);
    let count = if let Some(count) = known_count(reader, filter)? {
        count
    } else {
        let sql = format!("SELECT count(*) FROM {source}");
        to_count(reader.sql.number(&sql, &values)?.unwrap_or(0))
    };
    // To find that nothing is there could take a look at every key of the place.
    if i64::try_from(count).is_ok_and(|count| count <= page.offset()) {
        return Ok(Listed { items: Vec::new(), count, page });
    }
    let next = values.len() + 1;
    let part = format!("LIMIT ${next} OFFSET ${}", next + 1);
    let sql = select(filter, &source, &part, sorted || page.offset() > 0);
    values.push(i64::from(page.size()).into());
    values.push(page.offset().into());
    let items = reader.sql.all(&sql, &values, |row| entry(row, filter.order.by))?;
    Ok(Listed { items, count, page })
}

/// So many of the keys that pass the filter, from there.
///
/// # Errors
/// `Invalid` if the place is one in another order; `Unavailable` if the database does not answer.
pub fn walk(
    reader: &Reader<'_>,
    filter: &KeyFilter,
    start: &KeyStart,
    size: u32,
) -> Result<KeyWalk, Error> {
    let (by, back) = (filter.order.by, matches!(start, KeyStart::Last | KeyStart::Before(_)));
    let way = Way::of(reader, filter)?;
    let (sql, values) = walk_sql(filter, way, start, back, size)?;
    let mut items = reader.sql.all(&sql, &values, |row| entry(row, by))?;
    let further = items.len() > size as usize;
    items.truncate(size as usize);
    let begun = matches!(start, KeyStart::After(_) | KeyStart::Before(_));
    if back {
        items.reverse();
        return Ok(KeyWalk { items, before: further, after: begun });
    }
    Ok(KeyWalk { items, before: begun, after: further })
}

/// The query of a part of a walk, and one key more.
pub(super) fn walk_sql(
    filter: &KeyFilter,
    way: Way,
    start: &KeyStart,
    back: bool,
    size: u32,
) -> Result<(String, Vec<Value>), Error> {
    let Source { sql: mut source, mut values, sorted } = way.source(filter);
    let by = filter.order.by;
    let order = if back { filter.order.reversed() } else { filter.order };
    if let KeyStart::After(cursor) | KeyStart::Before(cursor) = start {
        if cursor.by() != by {
            let sentence = "is a cursor of a list in another order";
            return Err(Error::invalid(sentence).in_field("cursor"));
        }
        let place = values.len();
        let after = order.after(&format!("${}", place + 1), &format!("${}", place + 2));
        source = format!("{source} AND {after}");
        values.extend(cursor.values());
    }
    values.push(Value::Integer(i64::from(size) + 1));
    let filter = KeyFilter { order, ..filter.clone() };
    let sql = select(&filter, &source, &format!("LIMIT ${}", values.len()), sorted);
    Ok((sql, values))
}

/// The entries of a part of a list. In two steps, what lies before the part, or is sorted out of
/// it, is gone through by its ids alone.
fn select(filter: &KeyFilter, source: &str, part: &str, in_two_steps: bool) -> String {
    let (columns, order) = (columns(), filter.order.as_sql());
    if !in_two_steps {
        return format!("{columns} FROM {source} ORDER BY {order} {part}");
    }
    format!(
        "{columns} FROM keys k LEFT JOIN key_usage u ON u.key_id = k.id \
         WHERE k.id IN (SELECT k.id FROM {source} ORDER BY {order} {part}) ORDER BY {order}"
    )
}

fn columns() -> String {
    format!("{}, u.last_used_at, u.last_used_from, u.last_used_client", records())
}

/// The first of the columns of the last use.
const LAST_USE: usize = 28;

fn entry(row: &Row<'_>, by: KeySort) -> Result<KeyEntry, Error> {
    let key = from_row(row)?;
    let used = row.maybe_integer(LAST_USE)?.unwrap_or(0);
    let last_use = usage::last_of(row, LAST_USE, key.id)?;
    Ok(KeyEntry { last_use, cursor: KeyCursor::of(&key, used, by), key })
}

#[cfg(test)]
mod tests;
