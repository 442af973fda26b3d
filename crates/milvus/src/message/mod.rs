//! The messages that Keyward reads or writes as a whole, one file a subject.
//!
//! Most calls pass the gateway as they came, and only their names are looked at ([`crate::scan`]).
//! Calls that Keyward answers itself, or makes itself, are decoded: their messages are declared
//! here by hand, with the field numbers of Milvus' public protocol definition, and only with the
//! fields that somebody reads or writes. A field that is not declared is skipped, as protobuf has
//! it.
//!
//! A message must never hold a rule: what is a good name or a good password is decided where the
//! message is taken apart. A message with a secret must never be printable. To add a message, find
//! the file of its subject and write the fields with their numbers; its test compares it with bytes
//! that an SDK made.

pub mod aggregation;
pub mod analyzer;
pub mod chain;
pub mod change;
pub mod collection;
pub mod common;
pub mod data;
pub mod database;
pub mod engine;
pub mod entity;
pub mod file_resource;
pub mod highlight;
pub mod index;
pub mod job;
pub mod partition;
pub mod rbac;
pub mod resource_group;
pub mod schema;

pub use prost::{DecodeError, Message};
