//! Milvus' RESTful API v2, on every engine.
//!
//! A façade: a REST call becomes the gRPC requests that an SDK would send, and they are sent
//! through the gateway itself, on an inner connection and with the caller's own credential. Who
//! may do what is decided there, in one place for both protocols. Nothing here decides, knows a
//! key or reaches an engine by itself, and nothing is sent that was not parsed to its end.
//!
//! - [`facade`] is what all share, [`serving`] the connections of one thread, [`connection`] one of
//!   them, [`session`] its calls on the [`inner`] connection over a [`socket`]; long work is done
//!   [`elsewhere`];
//!   [`schemas`] is what is remembered of the engine and [`known`] what that is good for;
//! - [`intake`] reads bodies within bounds, [`room`] is what all answers may hold;
//! - [`body`] reads JSON strictly, [`json`] is what was checked already, [`skim`] and [`numbers`]
//!   go over its bytes; [`problem`] says what was wrong as Milvus says it;
//! - [`routes`] is the table of all routes, [`mod@describe`] what the API says of each; each
//!   resource has a file or folder of its name, with pure functions from JSON to messages and back.
//!
//! To add a route: its function in the file of its resource, its row in [`routes`], its description
//! in [`mod@describe`].

mod aliases;
mod analyzers;
mod body;
mod caller;
mod collections;
mod connection;
mod databases;
mod describe;
mod elsewhere;
mod entities;
pub mod facade;
mod file_resources;
mod indexes;
mod inner;
mod intake;
mod jobs;
mod json;
mod known;
pub mod numbers;
mod partitions;
mod privilege_groups;
mod problem;
mod resource_groups;
mod roles;
mod room;
mod routes;
mod schemas;
mod serving;
mod session;
pub mod skim;
mod socket;
mod users;
mod values;

pub use describe::openapi;
pub use facade::{Facade, Handed, Leave, Settings};
pub use routes::{Standing, table};
pub use serving::Serving;
