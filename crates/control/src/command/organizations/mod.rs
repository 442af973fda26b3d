//! Organizations: which one a request is about when it does not say.

mod home;

pub(crate) use home::home;
