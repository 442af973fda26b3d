//! Keeps what Keyward knows, and publishes every change of it.
//!
//! One [`Store`] a process. A change is a unit of work ([`Store::write`]): rows, audit record and
//! change log commit together or not at all, and only a commit makes a [`Committed`] with its
//! revision. Reads ([`Store::read`]) see one snapshot. The change feed ([`Store::load`],
//! [`Store::changes_after`]) is what keeps every gateway's access table true.
//!
//! This crate must never decide who may do something (that is `model::policy`), never speak a wire
//! format, and never choose by database engine outside `database.rs` and `connection.rs`; what an
//! engine does is in `sqlite.rs` and `postgres.rs`. It blocks: call it where blocking is allowed.
//!
//! To add a noun: a table in a new file under `migrations/`, a file here with its record and its
//! functions (reads take a [`Reader`], changes take a [`Work`]), and if gateways must know of it, a
//! noun in `changes.rs`.

pub mod audit;
pub mod changes;
pub mod cluster_roles;
pub mod cluster_users;
pub mod clusters;
pub mod folder;
pub mod gateways;
pub mod idempotency;
pub mod invitations;
pub mod keys;
pub mod master_key;
pub mod members;
pub mod organizations;
pub mod page;
pub mod password_resets;
pub mod privilege_groups;
pub mod projects;
pub mod second_factors;
pub mod sessions;
pub mod transfer;
pub mod usage;
pub mod users;
pub mod vault;
pub mod whitelist;

mod access;
mod bell;
mod connection;
mod database;
mod migrations;
mod pool;
mod postgres;
mod serving;
mod sql;
mod sqlite;
mod store;
mod work;

pub use bell::{Bell, Channel};
pub use changes::{Changes, Feed, Seen};
pub use database::Database;
pub use master_key::MasterKey;
pub use page::{Listed, Page};
pub use postgres::address::Address as PostgresAddress;
pub use serving::{Serving, Sharing};
pub use store::Store;
pub use vault::Vault;
pub use work::{Committed, Reader, Work};
