//! Tests of the store through its public door.
//!
//! `conformance` holds for every engine and is run for each; `sqlite` is about files and processes
//! and `postgres` about connections and servers, which only that engine has. To run the suite on
//! another engine: a [`ground::Ground`] for it and its line at the end of this file.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod sqlite;

conformance::on_every_engine!(on_sqlite, crate::sqlite::Folder::new());
conformance::on_every_engine!(on_postgres, crate::postgres::OnServer::new());
