//! The pages, one file each: what a page shows, and the command behind it.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod clusters;
pub(crate) mod forgotten;
pub(crate) mod invitation;
pub(crate) mod keys;
pub(crate) mod organizations;
mod overview;
pub(crate) mod password;
pub(crate) mod projects;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
mod snippets;
pub(crate) mod usage;

use model::{Error, Timestamp};
use std::str::FromStr;

/// An id in a path; what is not even an id names nothing.
fn target<T: FromStr<Err = Error>>(text: &str) -> Result<T, crate::problem::Page> {
    text.parse().map_err(|_: Error| crate::problem::Page::missing())
}

/// A moment as people read it: `2026-11-23 18:33`, in UTC.
pub(crate) fn when(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.get(..16).unwrap_or(&text).replacen('T', " ", 1)
}

/// The day of a moment: `2026-11-23`, in UTC.
pub(crate) fn day(moment: Timestamp) -> String {
    let text = moment.to_string();
    text.get(..10).unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_shown_to_the_minute() {
        let moment = Timestamp::from_millis(1_795_458_802_007);
        assert_eq!(when(moment), "2026-11-23 18:33");
        assert_eq!(day(moment), "2026-11-23");
    }
}
