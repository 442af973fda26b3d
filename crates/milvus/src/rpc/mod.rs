//! Every RPC that Milvus has: who may call it, and where in its request the names are.
//!
//! [`table`] is written from `data/milvus-rpcs.csv` (what Milvus is) and `data/rpc-classes.csv`
//! (what Keyward made of it, with reasons) and `data/rpc-scopes.csv` (what keys make of it that are
//! narrowed to some databases or collections) by the test `rpc_table`; an RPC missing in it, or
//! without a class or a scope, fails that test. To add an RPC: a row in the first file, a row in
//! the second if the privilege Milvus gives it is not the whole answer, a row in the third if it
//! does not simply name its collections, then
//! `KEYWARD_UPDATE=1 cargo test -p milvus --test rpc_table`.
//!
//! This module must never know a key, a cluster or a role: it says what an RPC asks for, and
//! the gateway decides.

mod find;
mod name;
mod request;
mod schemas;
mod table;

pub use find::find;
pub use name::{named, near};
pub use request::{Naming, request};
pub use table::{Rpc, TABLE};

use crate::scan::Fields;
use model::privilege::Privilege;
use std::fmt;

/// What is done with an RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Goes to the engine for callers with the privilege.
    Forward {
        /// The right it asks for.
        privilege: Privilege,
    },
    /// Goes to the engine for every caller with a valid credential.
    Authenticated,
    /// Is about users, roles or privileges: never goes to an engine, because Keyward owns those.
    Identity {
        /// The right it asks for.
        privilege: Privilege,
    },
    /// Never goes to an engine.
    Refused {
        /// Why not.
        why: Why,
    },
}

/// Why an RPC is closed to every client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Replication writes and reads past the engine's own checks.
    Replication,
    /// Dumping messages reads past the engine's own checks.
    MessageDump,
    /// Meant for the engine's own parts.
    Internal,
    /// Watches or steers other clients.
    ClientControl,
    /// A sign of life that nobody needs to hear; SDKs take "unimplemented" for an answer.
    Heartbeat,
}

/// How an RPC is held to a key's databases and collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It touches no data: every key may call it.
    Free,
    /// The request names every collection it touches, one at least.
    Named,
    /// The request may name a collection; if it does not, it touches none.
    Optional,
    /// It is about a database as a whole, with all its collections.
    Database,
    /// It asks for names, and what the answer may show is for the gateway to pick.
    Listed {
        /// What the answer names.
        answer: Listing,
    },
    /// What it touches cannot be told from the names in the request.
    Closed {
        /// Why not.
        touches: Touches,
    },
}

/// What an answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Collections of a database.
    Collections,
    /// Databases.
    Databases,
    /// Aliases of a database, or of a collection if the request names one.
    Aliases,
    /// The collection that the alias in the request stands for.
    Alias,
}

/// What an RPC touches that cannot be held to some databases or collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touches {
    /// The whole cluster, or every collection.
    Everything,
    /// What the request gives the number of.
    Number,
    /// Files in the cluster's storage.
    Files,
}

/// The gRPC service an RPC belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `milvus.proto.milvus.MilvusService`.
    Milvus,
    /// `milvus.proto.milvus.ClientTelemetryService`.
    ClientTelemetry,
    /// `milvus.proto.milvus.ProxyService`.
    Proxy,
}

/// Where an answer has its `common.Status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusAt {
    /// There is none.
    Nowhere,
    /// The answer is a `common.Status`.
    Itself,
    /// In the field with this number.
    Field(u8),
}

/// A name inside a nested message of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nested {
    /// The field numbers from the top of the request down to the name.
    pub path: &'static [u8],
    /// What kind of name it is.
    pub holds: Named,
}

/// What a name in a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A database.
    Database,
    /// A collection.
    Collection,
}

/// All that is known of one RPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which one.
    pub rpc: Rpc,
    /// Its service.
    pub service: Service,
    /// Its name within the service, such as `Search`.
    pub name: &'static str,
    /// Its full path, such as `/milvus.proto.milvus.MilvusService/Search`.
    pub path: &'static str,
    /// What is done with it.
    pub class: Class,
    /// How it is held to a key's databases and collections.
    pub scope: Scope,
    /// Where the names are in its request.
    pub fields: Fields,
    /// Where more names are in nested messages of its request.
    pub nested: &'static [Nested],
    /// Where its answer has the status.
    pub status: StatusAt,
    /// Whether the request is a stream of messages.
    pub client_streaming: bool,
    /// Whether the answer is a stream of messages.
    pub server_streaming: bool,
}

impl Rpc {
    /// How many RPCs there are: one more than the greatest [`Self::index`].
    pub const COUNT: usize = TABLE.len();

    /// Its place in [`TABLE`], for arrays with one entry an RPC.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// All that is known of it.
    pub const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

impl Row {
    /// Whether this is `Connect`, whose refusals SDKs show only when they are in the answer itself.
    pub const fn is_connect(&self) -> bool {
        matches!(self.rpc, Rpc::Connect)
    }
}

impl fmt::Display for Rpc {
    /// The method's name, with its service in front unless that is `MilvusService`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.row();
        match row.service {
            Service::Milvus => f.write_str(row.name),
            Service::ClientTelemetry => write!(f, "ClientTelemetryService/{}", row.name),
            Service::Proxy => write!(f, "ProxyService/{}", row.name),
        }
    }
}

/// Where names are in nested messages that the scanner walks: the number of the field with the
/// messages, and in them of the database's and of the collection's name. Zeros if the names lie
/// deeper, or in several fields.
const fn inner(nested: &[Nested]) -> [u8; 3] {
    let mut found = [0; 3];
    let mut index = 0;
    while index < nested.len() {
        let path = nested[index].path;
        if path.len() != 2 || found[0] != 0 && found[0] != path[0] {
            return [0; 3];
        }
        found[0] = path[0];
        match nested[index].holds {
            Named::Database => found[1] = path[1],
            Named::Collection => found[2] = path[1],
        }
        index += 1;
    }
    found
}

/// Reads the rows of [`table`] into the enum and the array. `names` are the field numbers of the
/// database's name, the collection's name, a list of collections' names, a second database's name
/// and a second name in the place of a collection's (0: none), `numbers` those of fields that name
/// something by its number, `status` is where the answer has its status. A remark above a row says
/// why its class is not just the privilege that Milvus asks for.
macro_rules! rpcs {
    ($(
        $rpc:ident = $service:ident $method:literal
        $(, numbers[$($by_number:literal),*])? $(, nested[$($holds:ident $path:expr),*])?
        $class:ident $(($argument:ident))?, $scope:ident $(($of:ident))?,
        names($database:literal $collection:literal $collections:literal
              $other_database:literal $other:literal),
        status($($status:tt)+), $streams:ident;
    )*) => {
        /// One of Milvus' RPCs. The number is its place in [`TABLE`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Rpc { $(#[doc = concat!("`", $method, "` of ", stringify!($service), ".")] $rpc),* }

        /// Every RPC, each at its [`Rpc::index`].
        pub static TABLE: [$crate::rpc::Row; [$(Rpc::$rpc),*].len()] = [$({
            const NESTED: &[$crate::rpc::Nested] = &[$($($crate::rpc::Nested {
                path: &$path,
                holds: $crate::rpc::Named::$holds,
            }),*)?];
            const INNER: [u8; 3] = $crate::rpc::inner(NESTED);
            $crate::rpc::Row {
                rpc: Rpc::$rpc,
                service: $crate::rpc::Service::$service,
                name: $method,
                path: rpcs!(@path $service $method),
                class: rpcs!(@class $class $($argument)?),
                scope: rpcs!(@scope $scope $($of)?),
                fields: $crate::scan::Fields {
                    database: $database,
                    collection: $collection,
                    collections: $collections,
                    other_database: $other_database,
                    other: $other,
                    numbers: 0 $($(| 1 << $by_number)*)?,
                    inner: INNER[0],
                    inner_database: INNER[1],
                    inner_collection: INNER[2],
                    several_messages: rpcs!(@client $streams),
                },
                nested: NESTED,
                status: rpcs!(@status $($status)+),
                client_streaming: rpcs!(@client $streams),
                server_streaming: rpcs!(@server $streams),
            }
        }),*];
    };
    (@path Milvus $method:literal) => { concat!("/milvus.proto.milvus.MilvusService/", $method) };
    (@path ClientTelemetry $method:literal) => {
        concat!("/milvus.proto.milvus.ClientTelemetryService/", $method)
    };
    (@path Proxy $method:literal) => { concat!("/milvus.proto.milvus.ProxyService/", $method) };
    (@class Forward $privilege:ident) => {
        $crate::rpc::Class::Forward { privilege: model::privilege::Privilege::$privilege }
    };
    (@class Identity $privilege:ident) => {
        $crate::rpc::Class::Identity { privilege: model::privilege::Privilege::$privilege }
    };
    (@class Refused $why:ident) => {
        $crate::rpc::Class::Refused { why: $crate::rpc::Why::$why }
    };
    (@class $class:ident) => { $crate::rpc::Class::$class };
    (@scope Listed $answer:ident) => {
        $crate::rpc::Scope::Listed { answer: $crate::rpc::Listing::$answer }
    };
    (@scope Closed $touches:ident) => {
        $crate::rpc::Scope::Closed { touches: $crate::rpc::Touches::$touches }
    };
    (@scope $scope:ident) => { $crate::rpc::Scope::$scope };
    (@status none) => { $crate::rpc::StatusAt::Nowhere };
    (@status itself) => { $crate::rpc::StatusAt::Itself };
    (@status $number:literal) => { $crate::rpc::StatusAt::Field($number) };
    (@client unary) => { false };
    (@client answers) => { false };
    (@client both) => { true };
    (@server unary) => { false };
    (@server answers) => { true };
    (@server both) => { true };
}
use rpcs;
