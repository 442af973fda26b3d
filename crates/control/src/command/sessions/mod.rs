//! Sessions of people: signing in and out.

mod close;
mod open;

pub use close::close;
pub use open::{Opened, SignIn, open};
