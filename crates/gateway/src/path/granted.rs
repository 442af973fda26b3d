//! Step 6 for users of a cluster: do their roles' grants cover what the call is about?
//!
//! The privilege that the RPC asks for has to be held on every name in the request, in the database
//! that is meant. What cannot be told by its name (numbers, files, the cluster itself) needs it on
//! everything, `*` and `*`. A name counts as the client wrote it, an alias too. Lists are open to
//! every user and cut down to what the grants show. The names are found as for narrowed keys
//! ([`super::narrow`]); to hold one more RPC to its names: its line in `rpc-scopes.csv` of the
//! milvus crate.

use super::narrow::{Left, Place, is_plain, is_unnamed, meant, needs_name};
use super::own;
use crate::table::{Rights, User};
use milvus::answer::{Unreadable, pick};
use milvus::refusal::Refusal;
use milvus::rpc::{Class, Listing, Row, Scope};
use milvus::scan::Names;
use model::grant::Level;
use model::privilege::{Privilege, PrivilegeSet};
use std::sync::LazyLock;

/// What is held on the cluster itself, and so on everything or not at all.
static OF_CLUSTER: LazyLock<PrivilegeSet> = LazyLock::new(|| Level::Cluster.privileges());
/// What shows a collection to whoever holds it there.
static SHOWING: LazyLock<PrivilegeSet> =
    LazyLock::new(|| Level::Collection.privileges().with(Privilege::ShowCollections));

const SEVERAL: &str = "the metadata names several databases: name one";

/// A refusal that says what Milvus says.
pub(super) fn lacks(rpc: &'static Row, user: &User, database: &[u8]) -> Refusal {
    let database = String::from_utf8_lossy(meant(b"", database)).into();
    Refusal::UserLacks { rpc, user: user.name.clone(), database }
}

/// The privilege an RPC asks users for; `None` if it is open to all of them.
pub fn privilege(rpc: &Row) -> Option<Privilege> {
    // As in Milvus: the answer is cut down instead.
    if let Scope::Listed { answer: Listing::Collections | Listing::Databases } = rpc.scope {
        return None;
    }
    match rpc.class {
        Class::Forward { privilege } | Class::Identity { privilege } => Some(privilege),
        Class::Authenticated | Class::Refused { .. } => None,
    }
}

/// Holds a call's head to a user's rights.
///
/// # Errors
/// No request of this kind can be covered by them.
pub fn head(user: &User, rpc: &'static Row, place: Place<'_>) -> Result<Left, Refusal> {
    let (rights, no) = (&*user.rights, || Err(lacks(rpc, user, place.database)));
    if matches!(rpc.class, Class::Refused { .. }) {
        return Err(Refusal::ClosedRpc(rpc));
    }
    let Some(privilege) = privilege(rpc) else {
        return match rpc.scope {
            Scope::Listed { answer } if !shows(answer, rights.everywhere()) => names_of(place),
            _ => Ok(Left::Nothing),
        };
    };
    if rights.everywhere().contains(privilege) {
        return Ok(Left::Nothing);
    }
    if let Class::Identity { .. } = rpc.class {
        return if own::may_be(rpc.rpc) { Ok(Left::Own) } else { no() };
    }
    match rpc.scope {
        Scope::Closed { .. } => no(),
        _ if !rights.any().contains(privilege) || OF_CLUSTER.contains(privilege) => no(),
        Scope::Free => Ok(Left::Nothing),
        Scope::Named | Scope::Optional | Scope::Database | Scope::Listed { .. } => names_of(place),
    }
}

/// Whether what is held on a name lets a list show it.
fn shows(answer: Listing, held: PrivilegeSet) -> bool {
    match answer {
        Listing::Databases => !held.is_empty(),
        Listing::Collections => held.without(*SHOWING) != held,
        Listing::Aliases => held.contains(Privilege::ListAliases),
        Listing::Alias => held.contains(Privilege::DescribeAlias),
    }
}

fn names_of(place: Place<'_>) -> Result<Left, Refusal> {
    // Engines do not agree on which of several counts.
    if place.databases > 1 {
        return Err(Refusal::MalformedRequest(SEVERAL));
    }
    Ok(Left::Names)
}

/// Holds the names in a request to a user's rights; the head names this database, empty for none.
///
/// # Errors
/// The privilege is not held on one of them.
pub fn names(
    user: &User,
    rpc: &'static Row,
    names: &Names<'_>,
    database: &[u8],
) -> Result<(), Refusal> {
    let Some(privilege) = privilege(rpc) else {
        return Ok(());
    };
    let here = meant(names.database.as_bytes(), database);
    let no = |database: &[u8]| Err(lacks(rpc, user, database));
    if names.by_number || needs_name(rpc) && is_unnamed(rpc, names) {
        return no(here);
    }
    let rights = &*user.rights;
    let named = !names.collection.is_empty()
        || !names.other.is_empty()
        || names.collections.iter().next().is_some();
    // A second name belongs to the second database, if there is one.
    let there = meant(names.other_database.as_bytes(), here);
    let inner = names.inner_databases.iter().map(|inner| meant(inner.as_bytes(), database));
    for database in inner.clone().chain([here, there]) {
        let held = match rpc.scope {
            Scope::Database => rights.on_database(database),
            _ if named => continue,
            _ => rights.in_database(database),
        };
        if !is_plain(database) || !held.contains(privilege) {
            return no(database);
        }
    }
    for database in inner.chain([here]) {
        // An empty name in a list is a name; to some engine it may stand for all.
        let single = Some(names.collection).filter(|name| !name.is_empty());
        for name in single.into_iter().chain(names.collections.iter()) {
            if !holds(rights, privilege, database, name.as_bytes()) {
                return no(database);
            }
        }
    }
    let other = names.other.as_bytes();
    if !other.is_empty() && !holds(rights, privilege, there, other) {
        return no(there);
    }
    Ok(())
}

/// Whether names that are read already are not the user's, whatever may follow; the head names this
/// database, empty for none.
///
/// # Errors
/// The privilege is not held on one of them.
pub fn names_so_far(
    user: &User,
    rpc: &'static Row,
    names: &Names<'_>,
    database: &[u8],
) -> Result<(), Refusal> {
    let Some(privilege) = privilege(rpc) else {
        return Ok(());
    };
    let rights = &*user.rights;
    let here = meant(names.database.as_bytes(), database);
    let held = |name: &str| match names.database {
        // The database may follow.
        "" => is_plain(name.as_bytes()) && rights.somewhere(name.as_bytes()).contains(privilege),
        _ => holds(rights, privilege, here, name.as_bytes()),
    };
    if names.collection.is_empty() || held(names.collection) {
        return Ok(());
    }
    Err(lacks(rpc, user, here))
}

/// Whether a privilege is held on a collection. On a name that no grant could spell out it is not:
/// to an engine that keeps names as paths, or cuts them at a character, it might stand for another.
fn holds(rights: &Rights, privilege: Privilege, database: &[u8], collection: &[u8]) -> bool {
    is_plain(database)
        && is_plain(collection)
        && rights.on(database, collection).contains(privilege)
}

/// Whether an answer may hold names that the user may not see.
pub fn shows_more(rpc: &Row, left: Left) -> bool {
    left == Left::Names && matches!(rpc.scope, Scope::Listed { .. })
}

/// The names that an answer about this database may hold, as far as they are granted by name; `*`
/// for all.
pub fn seen(user: &User, answer: Listing, database: &[u8]) -> Vec<String> {
    let rights = &*user.rights;
    // Nothing has an empty name: what is held there is held on every name.
    let whole = match answer {
        Listing::Databases => rights.in_database(b""),
        _ => rights.on(database, b""),
    };
    if shows(answer, whole) {
        return vec!["*".to_owned()];
    }
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    let mut names: Vec<String> = if answer == Listing::Databases {
        let shown = |name: &&[u8]| shows(answer, rights.in_database(name));
        rights.databases().filter(shown).map(text).collect()
    } else {
        let shown = |name: &&[u8]| shows(answer, rights.on(database, name));
        rights.collections(database).filter(shown).map(text).collect()
    };
    names.sort_unstable();
    names.dedup();
    names
}

/// Leaves in an answer the names that the grants show; the request names this database, empty for
/// none, and this collection.
///
/// # Errors
/// The answer is about a name that is not shown, or cannot be read.
pub fn answer(
    user: &User,
    rpc: &'static Row,
    (database, collection): (&[u8], &[u8]),
    body: &[u8],
) -> Result<Vec<u8>, Refusal> {
    let Scope::Listed { answer } = rpc.scope else {
        return Err(lacks(rpc, user, database));
    };
    let rights = &*user.rights;
    let shown = |name: &[u8]| match answer {
        Listing::Databases => shows(answer, rights.in_database(name)),
        // Of a collection that is the user's, all are.
        Listing::Aliases if !collection.is_empty() => true,
        _ => is_plain(database) && is_plain(name) && shows(answer, rights.on(database, name)),
    };
    match pick(answer, body, shown) {
        Ok(Some(picked)) => Ok(picked),
        Ok(None) | Err(Unreadable) => Err(lacks(rpc, user, database)),
    }
}
