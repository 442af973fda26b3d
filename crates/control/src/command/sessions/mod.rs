//! Sessions of people: signing in and out, and which there are.

mod close;
mod list;
mod open;

pub use close::{Ending, close};
pub use list::list;
pub use open::{Opened, SignIn, SignedIn, client_name, open};
