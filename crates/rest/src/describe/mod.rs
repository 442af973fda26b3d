//! What the RESTful API says of itself: an [`Operation`] for each route.
//!
//! From them and the table of routes comes the OpenAPI document ([`mod@document`]). A description
//! holds no rule, but it cannot be wrong for long: the tests make each handler read each example,
//! and a member that is read and not described, or described and not read, fails them. The examples
//! are bodies that work, one after the other, on an engine that has what they ask for.
//!
//! To describe a route: a line in the file of its resource.

mod admin;
mod collections;
mod document;
mod entities;
mod jobs;
mod names;

pub use document::openapi;

/// One thing the API can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// The path behind the prefix.
    path: &'static str,
    /// What it does, in a few words.
    summary: &'static str,
    /// The members of its body.
    body: &'static [Member],
    /// Bodies that work.
    examples: &'static [&'static str],
    /// What `data` is in its answer.
    data: Data,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
struct Member {
    name: &'static str,
    about: &'static str,
    kind: Kind,
    required: bool,
}

/// What a member holds.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    Flag,
    Whole,
    Number,
    Texts,
    /// An object whose names are the caller's own.
    Free,
    /// Any value.
    Any,
    /// A list of any values.
    List,
    Object(&'static [Member]),
    Objects(&'static [Member]),
    /// Objects with these members, by names that are the caller's own.
    Named(&'static [Member]),
    /// An object with members of the caller's own, of which these have a meaning here.
    Open(&'static [Member]),
    /// Objects with members of the caller's own; where a list is wanted, one may stand alone.
    Rows,
    /// The object of this name among the document's, which may hold one of its own kind.
    Shared(&'static str),
}

/// What an answer's data is.
#[derive(Clone, Copy, Debug)]
enum Data {
    /// An empty object.
    Done,
    /// A list of names.
    Names,
    /// Rows: objects with the fields that were asked for.
    Rows,
    /// Rows, or buckets of them, and how many there are for each vector.
    Found,
    /// For each text its tokens, as texts or as objects with these members.
    Tokens(&'static [Member]),
    /// An object with these members.
    Object(&'static [Member]),
    /// A list of objects with these members.
    Objects(&'static [Member]),
}

/// An operation whose answer says no more than that it went well.
const fn does(
    path: &'static str,
    summary: &'static str,
    body: &'static [Member],
    examples: &'static [&'static str],
) -> Operation {
    Operation { path, summary, body, examples, data: Data::Done }
}

impl Operation {
    /// With this in its answer.
    const fn gives(mut self, data: Data) -> Self {
        self.data = data;
        self
    }
}

/// A member that may be left out.
const fn may(name: &'static str, kind: Kind, about: &'static str) -> Member {
    Member { name, about, kind, required: false }
}

/// A member that must be there.
const fn must(name: &'static str, kind: Kind, about: &'static str) -> Member {
    Member { name, about, kind, required: true }
}

const DB: Member =
    may("dbName", Kind::Text, "The database; else that of the header `DB-Name`, else `default`.");
const COLLECTION: Member = must("collectionName", Kind::Text, "The collection, or an alias.");
const LOOSE_COLLECTION: Member =
    may("collectionName", Kind::Text, "Only what belongs to this collection.");
const PARTITION: Member = may("partitionName", Kind::Text, "The partition; else the usual one.");
const PARTITIONS: Member = may("partitionNames", Kind::Texts, "Only these partitions.");
const PROPERTIES: Member = may("properties", Kind::Free, "Properties by name.");
const PROPERTY_KEYS: Member = must("propertyKeys", Kind::Texts, "Names of the properties.");
/// A parameter or property as the engine tells it.
const PAIR: &[Member] =
    &[must("key", Kind::Text, "Its name."), must("value", Kind::Text, "What it is.")];
const COUNT: &[Member] = &[must("rowCount", Kind::Whole, "How many rows there are.")];
const HAS: &[Member] = &[must("has", Kind::Flag, "Whether it is there.")];

/// Objects that others refer to, by name.
const SHARED: [(&str, &[Member]); 1] = [(entities::AGGREGATION_NAME, entities::AGGREGATION)];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static Operation> {
    [collections::ALL, names::ALL, entities::ALL, admin::ALL, jobs::ALL].into_iter().flatten()
}

#[cfg(test)]
mod tests;
