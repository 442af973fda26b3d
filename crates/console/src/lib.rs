//! The console: Keyward in a browser.
//!
//! Pages made on the server over the same commands as the REST API. Everything works without
//! JavaScript; the small script adds comfort (copying, leading to what was refused) and nothing
//! else. This crate must never decide who may do something, never reach the store, and never put a
//! secret anywhere but into the one answer made to carry it: not in an address, a cookie that a
//! script can read, a log line or a page that a browser keeps.
//!
//! To add a page: a template under `templates/`, a file under `pages/` with its data and its
//! handler, and a line in [`routes`].

mod assets;
mod chart;
mod csrf;
mod form;
mod frame;
mod headers;
mod here;
mod pages;
mod problem;
mod qr;
mod query;
mod routes;
mod session;
mod told;

pub use problem::name_failures;
pub use routes::{PREFIX, router};
