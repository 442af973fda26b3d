//! The decision about users' grants, held against the plainest evaluator there can be.
//!
//! It decodes the whole message with slices and lists, and asks every grant about every name. It
//! shares no code with the gateway but the RPC table and the levels of privileges.

use crate::house::{Granted, PASSWORD, set};
use crate::naive::{Field, cases, decode, message, name, text, texts};
use gateway::path::granted;
use gateway::path::narrow::{Left, Place};
use gateway::table::users::Proof;
use gateway::table::{Rights, User};
use milvus::rpc::{Class, Listing, Row, Scope, TABLE};
use milvus::scan::Scanner;
use model::cluster_user::PasswordVerifier;
use model::grant::{DataGrant, Level, NameChoice};
use model::privilege::{Privilege, PrivilegeSet};
use model::{ClusterId, ClusterUserId, SecretText};
use proptest::prelude::*;
use std::sync::Arc;
use testkit::message::framed;

type Grants = Vec<Granted>;

/// The only privilege that is asked of a user, if any is.
fn asked(row: &Row) -> Option<Privilege> {
    match (row.class, row.name) {
        (_, "ShowCollections" | "ListDatabases") => None,
        (Class::Forward { privilege } | Class::Identity { privilege }, _) => Some(privilege),
        _ => None,
    }
}

fn plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || "_-$".contains(c))
}

/// Whether some grant gives the privilege on these; `None` for the collection asks for `*`.
fn held(grants: &Grants, privilege: Privilege, database: &str, collection: Option<&str>) -> bool {
    grants.iter().any(|(on, of, privileges)| {
        let fits = (*on == "*" || *on == database)
            && (*of == "*" || collection.is_some_and(|name| *of == name));
        let spelled = plain(database) && collection.is_none_or(plain);
        let everything = (*on, *of) == ("*", "*");
        privileges.contains(privilege) && (everything || fits && spelled)
    })
}

/// Whether the request is allowed; `None` stands for no.
fn naive(grants: &Grants, row: &Row, message: &[u8], metadata: &str) -> Option<()> {
    let allow = |condition: bool| condition.then_some(());
    allow(!matches!(row.class, Class::Refused { .. }))?;
    let everywhere = |privilege| {
        grants.iter().any(|(on, of, all)| (*on, *of) == ("*", "*") && all.contains(privilege))
    };
    let Some(privilege) = asked(row) else {
        return lists(grants, row, message);
    };
    if everywhere(privilege) {
        return Some(());
    }
    allow(!matches!(row.class, Class::Identity { .. }))?;
    allow(!matches!(row.scope, Scope::Closed { .. }) && privilege.level() != Level::Cluster)?;
    allow(grants.iter().any(|(_, _, all)| all.contains(privilege)))?;
    if row.scope == Scope::Free {
        return Some(());
    }
    let fields = decode(message)?;
    let at = &row.fields;
    let metadata = if metadata.is_empty() { "default" } else { metadata };
    let or = |name: String, other: &str| if name.is_empty() { other.to_owned() } else { name };
    let here = or(text(&fields, at.database)?, metadata);
    let there = or(text(&fields, at.other_database)?, &here);
    let (single, second) = (text(&fields, at.collection)?, text(&fields, at.other)?);
    let mut collections = texts(&fields, at.collections)?;
    let (mut databases, inner) = (vec![here], inner(&fields, row)?);
    for (database, collection) in inner {
        databases.push(or(database, metadata));
        collections.extend(Some(collection).filter(|name| !name.is_empty()));
    }
    for (place, _, value, _) in &fields {
        allow(at.numbers >> place & 1 == 0 || *value == 0)?;
    }
    if matches!(row.scope, Scope::Named | Scope::Listed { .. }) && row.name != "ListAliases" {
        allow(at.collection == 0 || !single.is_empty())?;
        allow(at.other == 0 || !second.is_empty())?;
        allow(at.collections == 0 || !collections.is_empty())?;
    }
    let nothing = single.is_empty() && second.is_empty() && collections.is_empty();
    if row.scope == Scope::Database || nothing {
        for database in databases.iter().chain([&there]) {
            let whole = row.scope == Scope::Database;
            let some = grants.iter().any(|(on, _, all)| {
                (*on == "*" || on == database) && plain(database) && all.contains(privilege)
            });
            allow(if whole { held(grants, privilege, database, None) } else { some })?;
        }
    }
    collections.extend(Some(single).filter(|name| !name.is_empty()));
    for database in &databases {
        for name in &collections {
            allow(held(grants, privilege, database, Some(name)))?;
        }
    }
    allow(second.is_empty() || held(grants, privilege, &there, Some(&second)))
}

/// The lists that are open to every user have to be readable unless everything may be seen.
fn lists(grants: &Grants, row: &Row, message: &[u8]) -> Option<()> {
    let all = grants.iter().filter(|(on, of, _)| (*on, *of) == ("*", "*"));
    let all = all.fold(PrivilegeSet::EMPTY, |sum, (_, _, held)| sum.union(*held));
    let sees = match row.name {
        "ListDatabases" => !all.is_empty(),
        "ShowCollections" => all.iter().any(is_showing),
        _ => true,
    };
    if sees { Some(()) } else { readable(row, message) }
}

fn is_showing(privilege: Privilege) -> bool {
    privilege == Privilege::ShowCollections || privilege.level() == Level::Collection
}

fn readable(row: &Row, message: &[u8]) -> Option<()> {
    let fields = decode(message)?;
    for place in [row.fields.database, row.fields.collection, row.fields.other] {
        text(&fields, place)?;
    }
    text(&fields, row.fields.other_database)?;
    texts(&fields, row.fields.collections)?;
    Some(())
}

/// Database and collection of every nested message that names some.
fn inner(fields: &[Field], row: &Row) -> Option<Vec<(String, String)>> {
    let at = &row.fields;
    let nested = fields.iter().filter(|field| at.inner > 0 && field.0 == u64::from(at.inner));
    let read = |(_, kind, _, content): &Field| {
        let inner = if *kind == 2 { decode(content)? } else { return None };
        Some((text(&inner, at.inner_database)?, text(&inner, at.inner_collection)?))
    };
    nested.map(read).collect()
}

fn user(grants: &Grants) -> User {
    let mut rights = Rights::none();
    for (database, collection, privileges) in grants {
        rights.add(&DataGrant {
            database: NameChoice::new(database).unwrap(),
            collection: NameChoice::new(collection).unwrap(),
            privileges: *privileges,
        });
    }
    let phc = SecretText::new(format!("$argon2id$v=19${PASSWORD}"));
    User {
        id: ClusterUserId::from_number(1).unwrap(),
        cluster: ClusterId::from_number(1).unwrap(),
        name: "bob".into(),
        proof: Arc::new(Proof::new(PasswordVerifier::from_phc(phc).unwrap())),
        roles: Box::default(),
        rights: Arc::new(rights),
    }
}

/// What the gateway decides about the same, the body cut into pieces.
fn decided(user: &User, row: &'static Row, pieces: &[&[u8]], metadata: &str) -> Option<()> {
    let place = Place { database: metadata.as_bytes(), databases: 1 };
    match granted::head(user, row, place).ok()? {
        Left::Nothing => return Some(()),
        Left::Own => return None,
        Left::Names => {}
    }
    let mut scanner = Scanner::new(&row.fields);
    for piece in pieces {
        scanner.feed(piece).ok()?;
    }
    granted::names(user, row, &scanner.finish().ok()?, metadata.as_bytes()).ok()
}

/// Grants on few names, with the privilege of the row more often than not.
fn grants(privilege: Option<Privilege>) -> impl Strategy<Value = Grants> {
    let database =
        prop_oneof![2 => Just("*"), 3 => Just("default"), 1 => Just("a"), 1 => Just("ab")];
    let collection = prop_oneof![2 => Just("*"), 2 => Just("a"), 1 => Just("b"), 1 => Just("aa")];
    let own = Just(set(privilege.as_slice()));
    let any = (0..Privilege::ALL.len()).prop_map(|index| set(&[Privilege::ALL[index]]));
    let privileges = prop_oneof![5 => own, 2 => any, 1 => Just(PrivilegeSet::ALL)];
    prop::collection::vec((database, collection, privileges), 0..5)
}

proptest! {
    #![proptest_config(cases(40_000))]

    #[test]
    fn the_gateway_decides_as_the_plainest_evaluator(
        (row, grants) in (0..TABLE.len()).prop_flat_map(|index| {
            let row = &TABLE[index];
            (Just(row), grants(asked(row)))
        }),
        message in message(1),
        metadata in prop_oneof![Just(String::new()), name()],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let body = framed(&message);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|cut| &body[cut[0]..cut[1]]).collect();
        let expected = naive(&grants, row, &message, &metadata);
        let found = decided(&user(&grants), row, &pieces, &metadata);
        prop_assert_eq!(found, expected, "{} {:?}", row.name, grants);
    }

    #[test]
    fn lists_are_cut_down_as_the_plainest_evaluator_does(
        which in 0..3usize,
        grants in grants(Some(Privilege::ListAliases)),
        names in prop::collection::vec(name(), 0..8),
        database in name(),
    ) {
        let (row, field) = [("ShowCollections", 2), ("ListDatabases", 2), ("ListAliases", 4)][which];
        let row = TABLE.iter().find(|found| found.name == row).unwrap();
        let Scope::Listed { answer } = row.scope else { unreachable!() };
        let put = |names: &[String]| -> Vec<u8> {
            names.iter().flat_map(|name| crate::narrow::text(field, name)).collect()
        };
        let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let shown = |name: &String| grants.iter().any(|(on, of, held)| match answer {
            Listing::Databases => (*on == "*" || on == name) && !held.is_empty(),
            _ => {
                (*on == "*" || *on == database) && (*of == "*" || of == name)
                    && plain(&database) && plain(name)
                    && if answer == Listing::Collections {
                        held.iter().any(is_showing)
                    } else {
                        held.contains(Privilege::ListAliases)
                    }
            }
        });
        let expected: Vec<String> = names.iter().filter(|name| shown(name)).cloned().collect();
        let about = (database.as_bytes(), &b""[..]);
        let found = granted::answer(&user(&grants), row, about, &framed(&put(&names)));
        prop_assert_eq!(found.unwrap(), framed(&put(&expected)));
    }
}
