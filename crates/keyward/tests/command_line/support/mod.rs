//! What the tests of the command line share.

mod checks;
mod person;
mod post;
mod served;
#[path = "../../support/mod.rs"]
mod waiting;

pub(crate) use checks::{answer, as_json, done, keyward, names, printed, refused};
pub(crate) use person::{Person, totp};
pub(crate) use post::{Post, header};
pub(crate) use served::Served;
pub(crate) use waiting::until;

/// Who owns a new installation.
pub(crate) const OWNER: &str = "owner@example.com";
/// What members in these tests sign in with.
pub(crate) const MEMBERS_PASSWORD: &str = "a quite different sentence";
