//! Why a key that is narrowed to some databases or collections may not make a call.
//!
//! The texts begin like Milvus' own refusal and then say the rule. They repeat names that the
//! caller wrote, and must never hold one that it did not. To add a reason: a variant, its text,
//! its rule.

use super::text::privilege_of;
use crate::rpc::{Row, Touches};
use model::KeyId;

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowed {
    /// This database is not one of the key's.
    Database(Box<str>),
    /// The collection or alias is not one of the key's.
    Collection {
        /// Its name.
        name: Box<str>,
        /// The database it was looked for in.
        database: Box<str>,
    },
    /// The request does not name what it is about.
    Unnamed,
    /// The request names something by its number.
    ByNumber,
    /// The request is about a database as a whole, and the key has some of its collections.
    WholeDatabase,
    /// The RPC touches what cannot be told from its names.
    Touches(Touches),
    /// The request names more than one database in its metadata.
    SeveralDatabases,
    /// The engine's answer names what the key may not see, or cannot be read.
    Answer,
}

impl Narrowed {
    /// The text.
    pub(super) fn text(&self, rpc: &Row, key: KeyId) -> String {
        let privilege = privilege_of(rpc);
        let closed = |why: &str| {
            format!(
                "{privilege}: permission deny to {key}: it is narrowed to some databases or \
                 collections, and {} {why}",
                rpc.name
            )
        };
        match self {
            Self::Database(database) => format!(
                "{privilege}: permission deny to {key} in the `{database}` database: it is \
                 narrowed to other databases"
            ),
            Self::Collection { name, database } => format!(
                "{privilege}: permission deny to {key} on `{name}` in the `{database}` database: \
                 it is narrowed to other collections"
            ),
            Self::Unnamed => closed("has to name a collection"),
            Self::ByNumber => closed("has to name a collection by its name, not by a number"),
            Self::WholeDatabase => closed("is about a database with all its collections"),
            Self::Touches(Touches::Everything) => closed("is about the cluster as a whole"),
            Self::Touches(Touches::Number) => {
                closed("does not say by name which collection it is about")
            }
            Self::Touches(Touches::Files) => {
                closed("reads or writes files, which may be those of other collections")
            }
            Self::SeveralDatabases => closed("may name one database in its metadata, not several"),
            Self::Answer => closed("was answered with what it may not see"),
        }
    }

    /// The rule in a few words, for the access log.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Database(_) => "other database",
            Self::Collection { .. } => "other collection",
            Self::Unnamed => "no collection named",
            Self::ByNumber => "named by number",
            Self::WholeDatabase => "whole database",
            Self::Touches(Touches::Everything) => "whole cluster",
            Self::Touches(Touches::Number) => "known by number only",
            Self::Touches(Touches::Files) => "files",
            Self::SeveralDatabases => "several databases",
            Self::Answer => "answer out of scope",
        }
    }
}
