//! The pages, one file each: what a page shows, and the command behind it.

pub(crate) mod audit;
pub(crate) mod clusters;
mod connect;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod projects;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use model::{Error, Timestamp};
use std::str::FromStr;

/// An id in a path; what is not even an id names nothing.
fn target<T: FromStr<Err = Error>>(text: &str) -> Result<T, crate::problem::Page> {
    text.parse().map_err(|_: Error| crate::problem::Page::missing())
}

/// A moment as people read it: `2026-11-23 18:33`, in UTC.
fn when(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.get(..16).unwrap_or(&text).replacen('T', " ", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_to_the_minute() {
        assert_eq!(when(Timestamp::from_millis(1_795_458_802_007)), "2026-11-23 18:33");
    }
}
