//! Step 6, for keys that are narrowed to some databases, collections or privileges: is the call
//! about those?
//!
//! The privilege is held against the head, the names against the whole request message: whatever a
//! parser could take for a name has to be one of the key's, and what cannot be held to names is
//! refused. A name counts as the client wrote it; an alias is one of the key's if the alias' own
//! name is, and making one needs the collection's name as well. Answers that list names are cut
//! down to the key's own. To hold one more RPC to its names:
//! its line in `rpc-scopes.csv` of the milvus crate.

use milvus::answer::{Unreadable, pick};
use milvus::refusal::{Narrowed, Refusal};
use milvus::rpc::{Class, Listing, Row, Scope};
use milvus::scan::Names;
use model::KeyId;
use model::pattern::NamePattern;
use model::scope::{DataScope, Selection};

/// The database that is meant when nothing names one.
const DEFAULT: &[u8] = b"default";

/// Where a request's head says that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The database in the metadata; empty for none.
    pub database: &'a [u8],
    /// How often the metadata names one.
    pub databases: usize,
}

/// What is left to look at when the head is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// The names in the request.
    Names,
    /// Whether the request is about the caller itself.
    Own,
}

/// Holds a call's head to a scope.
///
/// # Errors
/// The privilege is not one of the key's, or no request of this kind can be held to the scope.
pub fn head(
    scope: &DataScope,
    rpc: &'static Row,
    key: KeyId,
    place: Place<'_>,
) -> Result<Left, Refusal> {
    if let Class::Forward { privilege } = rpc.class
        && !scope.privileges.holds(privilege)
    {
        return Err(Refusal::PrivilegeMissing { rpc, key });
    }
    if scope.databases.is_all() && scope.collections.is_all() {
        return Ok(Left::Nothing);
    }
    let narrowed = |why| Err(Refusal::Narrowed { rpc, key, why });
    match rpc.scope {
        Scope::Free => return Ok(Left::Nothing),
        Scope::Closed { touches } => return narrowed(Narrowed::Touches(touches)),
        Scope::Database if !scope.collections.is_all() => return narrowed(Narrowed::WholeDatabase),
        Scope::Named | Scope::Optional | Scope::Database | Scope::Listed { .. } => {}
    }
    // Engines do not agree on which of several counts.
    if place.databases > 1 {
        return narrowed(Narrowed::SeveralDatabases);
    }
    Ok(Left::Names)
}

/// Holds the names in a request to a scope; the head names this database, empty for none.
///
/// # Errors
/// The first thing that is not the key's.
pub fn names(
    scope: &DataScope,
    rpc: &Row,
    names: &Names<'_>,
    database: &[u8],
) -> Result<(), Narrowed> {
    if names.by_number {
        return Err(Narrowed::ByNumber);
    }
    let here = meant(names.database.as_bytes(), database);
    if rpc.scope != (Scope::Listed { answer: Listing::Databases }) {
        admit_database(scope, here)?;
    }
    if !names.other_database.is_empty() {
        admit_database(scope, names.other_database.as_bytes())?;
    }
    for inner in names.inner_databases.iter() {
        admit_database(scope, meant(inner.as_bytes(), database))?;
    }
    if needs_name(rpc) && is_unnamed(rpc, names) {
        return Err(Narrowed::Unnamed);
    }
    admit_collections(scope, names, here)
}

/// Whether names that are read already are not the key's, whatever may follow; the head names this
/// database, empty for none.
///
/// # Errors
/// The first of them.
pub fn names_so_far(scope: &DataScope, names: &Names<'_>, database: &[u8]) -> Result<(), Narrowed> {
    if !names.database.is_empty() {
        admit_database(scope, names.database.as_bytes())?;
    }
    admit_collections(scope, names, meant(names.database.as_bytes(), database))
}

fn admit_collections(
    scope: &DataScope,
    names: &Names<'_>,
    database: &[u8],
) -> Result<(), Narrowed> {
    let singles = [names.collection, names.other];
    let named = singles.into_iter().filter(|name| !name.is_empty());
    for name in named.chain(names.collections.iter()) {
        if !admits(&scope.collections, name.as_bytes()) {
            let database = String::from_utf8_lossy(database).into();
            return Err(Narrowed::Collection { name: name.into(), database });
        }
    }
    Ok(())
}

/// The database that is meant: the message's, else the metadata's, else the default one.
pub fn meant<'n>(message: &'n [u8], metadata: &'n [u8]) -> &'n [u8] {
    [message, metadata].into_iter().find(|name| !name.is_empty()).unwrap_or(DEFAULT)
}

fn admit_database(scope: &DataScope, name: &[u8]) -> Result<(), Narrowed> {
    if admits(&scope.databases, name) {
        Ok(())
    } else {
        Err(Narrowed::Database(String::from_utf8_lossy(name).into()))
    }
}

/// Whether a name is selected. A name that no pattern could spell out is not: to an engine that
/// keeps names as paths, or cuts them at a character, it might stand for another.
pub fn admits(selection: &Selection<NamePattern>, name: &[u8]) -> bool {
    selection.is_all() || (is_plain(name) && selection.admits(name))
}

/// Whether a name has only characters that patterns and grants can spell out.
pub(super) fn is_plain(name: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    name.iter().all(plain)
}

/// Whether an answer may hold names that are not the key's.
pub fn shows_more(scope: &DataScope, rpc: &Row) -> bool {
    match rpc.scope {
        Scope::Listed { answer } => !named_by(scope, answer).is_all(),
        Scope::Free | Scope::Named | Scope::Optional | Scope::Database | Scope::Closed { .. } => {
            false
        }
    }
}

/// Leaves in an answer the names that are the key's.
///
/// # Errors
/// The answer is about a name that is not, or cannot be read.
pub fn answer(scope: &DataScope, rpc: &Row, body: &[u8]) -> Result<Vec<u8>, Narrowed> {
    let Scope::Listed { answer } = rpc.scope else {
        return Err(Narrowed::Answer);
    };
    let selection = named_by(scope, answer);
    match pick(answer, body, |name| admits(selection, name)) {
        Ok(Some(picked)) => Ok(picked),
        Ok(None) | Err(Unreadable) => Err(Narrowed::Answer),
    }
}

/// What the names have to match that an answer may hold; `*` for all.
pub fn seen(scope: &DataScope, answer: Listing) -> Vec<String> {
    match named_by(scope, answer) {
        Selection::All => vec!["*".to_owned()],
        Selection::Only(patterns) => patterns.iter().map(ToString::to_string).collect(),
    }
}

fn named_by(scope: &DataScope, answer: Listing) -> &Selection<NamePattern> {
    match answer {
        Listing::Databases => &scope.databases,
        Listing::Collections | Listing::Aliases | Listing::Alias => &scope.collections,
    }
}

/// Whether a request without a name would be about everything, or about nothing.
pub(super) fn needs_name(rpc: &Row) -> bool {
    matches!(rpc.scope, Scope::Named | Scope::Listed { answer: Listing::Alias })
}

/// Whether one of the names that the request has a field for is missing.
pub(super) fn is_unnamed(rpc: &Row, names: &Names<'_>) -> bool {
    let fields = &rpc.fields;
    fields.collection != 0 && names.collection.is_empty()
        || fields.other != 0 && names.other.is_empty()
        || fields.collections != 0 && names.collections.is_empty()
}
