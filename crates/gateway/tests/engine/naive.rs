//! The decision about names, held against the plainest evaluator there can be.
//!
//! It decodes the whole message with slices and lists, and asks every pattern about every name. It
//! shares no code with the gateway but the RPC table.

use gateway::path::narrow::{self, Left, Place};
use milvus::rpc::{Listing, Row, Scope, TABLE};
use milvus::scan::Scanner;
use model::KeyId;
use model::pattern::NamePattern;
use model::scope::{DataScope, Selection};
use proptest::prelude::*;
use testkit::message::framed;

pub(crate) type Field = (u64, u64, u64, Vec<u8>);

/// A number, and what follows it.
fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0)?;
    let (digits, rest) = bytes.split_at(end + 1);
    // Nothing here is longer than four bytes; what could be written shorter is no number.
    if digits.len() > 4 || digits.len() > 1 && digits[end] == 0 {
        return None;
    }
    let value = digits.iter().rev().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
    Some((value, rest))
}

/// Number, kind, value and content of every field.
pub(crate) fn decode(mut rest: &[u8]) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let (tag, after) = number(rest)?;
        let (value, after) = number(after)?;
        let length = match tag & 7 {
            0 => 0,
            2 => usize::try_from(value).ok()?,
            _ => return None,
        };
        let (content, after) = after.split_at_checked(length)?;
        fields.push((tag >> 3, tag & 7, value, content.to_vec()));
        rest = after;
    }
    Some(fields)
}

/// Every text in the field with this number; `None` if one is no text.
pub(crate) fn texts(fields: &[Field], wanted: u8) -> Option<Vec<String>> {
    let mine = fields.iter().filter(|(field, ..)| wanted > 0 && *field == u64::from(wanted));
    mine.map(
        |(_, kind, _, content)| {
            if *kind == 2 { String::from_utf8(content.clone()).ok() } else { None }
        },
    )
    .collect()
}

/// The only text in a field, empty for none; `None` if there are several.
pub(crate) fn text(fields: &[Field], wanted: u8) -> Option<String> {
    let mut all = texts(fields, wanted)?;
    if all.len() > 1 { None } else { Some(all.pop().unwrap_or_default()) }
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => (0..=name.len()).any(|skip| fits(rest, &name[skip..])),
        Some((byte, rest)) => name.first() == Some(byte) && fits(rest, &name[1..]),
    }
}

fn selected(selection: &Selection<NamePattern>, name: &str) -> bool {
    match selection {
        Selection::All => true,
        Selection::Only(patterns) => {
            name.chars().all(|c| c.is_ascii_alphanumeric() || "_-$".contains(c))
                && patterns.iter().any(|pattern| fits(pattern.as_str().as_bytes(), name.as_bytes()))
        }
    }
}

/// Whether the request is allowed; `None` stands for no.
fn naive(scope: &DataScope, row: &Row, message: &[u8], metadata: &str) -> Option<()> {
    if scope.databases.is_all() && scope.collections.is_all() || row.scope == Scope::Free {
        return Some(());
    }
    let allow = |condition: bool| condition.then_some(());
    allow(!matches!(row.scope, Scope::Closed { .. }))?;
    allow(row.scope != Scope::Database || scope.collections.is_all())?;
    let fields = decode(message)?;
    let at = &row.fields;
    let metadata = if metadata.is_empty() { "default" } else { metadata };
    let meant = |name: String| if name.is_empty() { metadata.to_owned() } else { name };
    let mut databases = vec![meant(text(&fields, at.database)?)];
    if row.scope == (Scope::Listed { answer: Listing::Databases }) {
        databases.clear();
    }
    databases.extend(Some(text(&fields, at.other_database)?).filter(|name| !name.is_empty()));
    let singles =
        [(at.collection, text(&fields, at.collection)?), (at.other, text(&fields, at.other)?)];
    let mut collections = texts(&fields, at.collections)?;
    let needs = matches!(row.scope, Scope::Named | Scope::Listed { answer: Listing::Alias });
    allow(!needs || singles.iter().all(|(place, name)| *place == 0 || !name.is_empty()))?;
    for (place, kind, value, content) in &fields {
        if at.inner > 0 && *place == u64::from(at.inner) {
            allow(*kind == 2)?;
            let inner = decode(content)?;
            databases.push(meant(text(&inner, at.inner_database)?));
            collections.push(text(&inner, at.inner_collection)?);
            collections.retain(|name| !name.is_empty());
        }
        allow(at.numbers >> place & 1 == 0 || *value == 0)?;
    }
    allow(!needs || at.collections == 0 || !collections.is_empty())?;
    collections.extend(singles.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()));
    allow(databases.iter().all(|name| selected(&scope.databases, name)))?;
    allow(collections.iter().all(|name| selected(&scope.collections, name)))
}

/// What the gateway decides about the same, the body cut into pieces.
fn decided(scope: &DataScope, row: &'static Row, pieces: &[&[u8]], metadata: &str) -> Option<()> {
    let key = KeyId::from_number(1)?;
    let place = Place { database: metadata.as_bytes(), databases: 1 };
    if narrow::head(scope, row, key, place).ok()? == Left::Nothing {
        return Some(());
    }
    let mut scanner = Scanner::new(&row.fields);
    for piece in pieces {
        scanner.feed(piece).ok()?;
    }
    narrow::names(scope, row, &scanner.finish().ok()?, metadata.as_bytes()).ok()
}

pub(crate) fn name() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[ab]{0,3}", 1 => Just("default".to_owned()), 1 => "[ab/é.]{1,3}"]
}

fn selection() -> impl Strategy<Value = Selection<NamePattern>> {
    let pattern = prop_oneof![4 => "[ab]{0,1}\\*[ab]{0,1}", 2 => "[ab]{1,2}", 2 => "default|\\*"];
    let some = prop::collection::vec(pattern, 0..3).prop_map(|patterns| {
        Selection::Only(patterns.iter().filter_map(|pattern| pattern.parse().ok()).collect())
    });
    prop_oneof![1 => Just(Selection::All), 2 => some]
}

/// Fields as they may be: mostly where the names of some RPC are.
pub(crate) fn message(depth: u8) -> BoxedStrategy<Vec<u8>> {
    let put = |field: u8, content: &[u8]| {
        [&[field << 3 | 2, u8::try_from(content.len()).unwrap_or(0)], content].concat()
    };
    let text = (1u8..9, name()).prop_map(move |(field, name)| put(field, name.as_bytes()));
    let varint = (1u8..9, 0u8..2).prop_map(|(field, value)| vec![field << 3, value]);
    if depth == 0 {
        return prop::collection::vec(text, 0..3).prop_map(|all| all.concat()).boxed();
    }
    let inner = message(depth - 1).prop_map(move |inner| put(5, &inner));
    let field = prop_oneof![8 => text, 1 => varint, 2 => inner];
    prop::collection::vec(field, 0..5).prop_map(|all| all.concat()).boxed()
}

/// So many cases, or more of them if `cargo xtask properties` says so.
#[expect(clippy::disallowed_methods, reason = "the one who runs a test says how long")]
pub(crate) fn cases(usual: u32) -> ProptestConfig {
    let times = std::env::var("KEYWARD_CASES_TIMES").ok().and_then(|times| times.parse().ok());
    ProptestConfig::with_cases(usual.saturating_mul(times.unwrap_or(1)))
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn the_gateway_decides_as_the_plainest_evaluator(
        row in (0..TABLE.len()).prop_map(|index| &TABLE[index]),
        databases in selection(),
        collections in selection(),
        message in message(1),
        metadata in prop_oneof![Just(String::new()), name()],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let scope = DataScope { databases, collections, ..DataScope::default() };
        let body = framed(&message);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|cut| &body[cut[0]..cut[1]]).collect();
        let expected = naive(&scope, row, &message, &metadata);
        prop_assert_eq!(decided(&scope, row, &pieces, &metadata), expected, "{}", row.name);
    }
}
