//! What an organization has chosen for itself: how its keys are shown, how long new ones last, and
//! what it asks of its people's passwords.
//!
//! A value that exists is within its bounds. To add one: a field of [`OrganizationSettings`] with
//! its constructor, a column in the store, and its place in the API's settings.

use crate::clock::Timestamp;
use crate::error::Error;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The settings of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrganizationSettings {
    /// Keys are shown once, when they are made, and no copy of them is kept.
    pub show_keys_once: bool,
    /// How long a new key lasts for which nothing else is said; for ever if absent.
    pub default_key_expiry: Option<KeyLifetime>,
    /// What is asked of the people of the organization when they sign in.
    pub password_policy: PasswordPolicy,
    /// Whether keys that are reported as leaked are revoked at once; if not, they are marked only.
    pub revoke_reported_keys: bool,
    /// Whether people who forgot their password may have a link sent to their address; if not,
    /// owners hand it over.
    pub reset_by_letter: bool,
}

/// What holds if nobody says otherwise.
impl Default for OrganizationSettings {
    fn default() -> Self {
        Self {
            show_keys_once: false,
            default_key_expiry: None,
            password_policy: PasswordPolicy::default(),
            revoke_reported_keys: true,
            reset_by_letter: true,
        }
    }
}

/// How long a key lasts, in whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyLifetime(u16);

impl KeyLifetime {
    /// The most days a key may be given: ten years.
    pub const MAX_DAYS: u16 = 3650;

    /// So many days.
    ///
    /// # Errors
    /// `Invalid` for 0 and for more than [`Self::MAX_DAYS`].
    pub fn days(days: i64) -> Result<Self, Error> {
        match u16::try_from(days) {
            Ok(days @ 1..=Self::MAX_DAYS) => Ok(Self(days)),
            _ => Err(Error::invalid(format!("must be 1 to {} days", Self::MAX_DAYS))),
        }
    }

    /// How many days.
    pub const fn in_days(self) -> u16 {
        self.0
    }

    /// When a key made at this moment is over.
    pub fn after(self, made: Timestamp) -> Timestamp {
        Timestamp::from_millis(made.millis().saturating_add(i64::from(self.0) * DAY_MILLIS))
    }
}

/// What is asked of the people of an organization when they sign in, beyond what Keyward asks of
/// everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordPolicy {
    minimum_length: Option<u16>,
    require_second_factor: bool,
}

impl PasswordPolicy {
    /// The fewest characters that an organization may ask for: what Keyward asks of a password that
    /// stands alone.
    pub const LEAST_LENGTH: u16 = 15;
    /// The most that an organization may ask for.
    pub const MOST_LENGTH: u16 = 64;

    /// A policy; without a length, Keyward's own rule is all there is.
    ///
    /// # Errors
    /// `Invalid` if the length is outside [`Self::LEAST_LENGTH`] to [`Self::MOST_LENGTH`].
    pub fn new(minimum_length: Option<i64>, require_second_factor: bool) -> Result<Self, Error> {
        let checked = |length| match u16::try_from(length) {
            Ok(length @ Self::LEAST_LENGTH..=Self::MOST_LENGTH) => Ok(length),
            _ => Err(Error::invalid(format!(
                "must be {} to {} characters",
                Self::LEAST_LENGTH,
                Self::MOST_LENGTH
            ))),
        };
        let minimum_length = minimum_length.map(checked).transpose()?;
        Ok(Self { minimum_length, require_second_factor })
    }

    /// The fewest characters a new password may have, if the organization says so.
    pub const fn minimum_length(self) -> Option<u16> {
        self.minimum_length
    }

    /// Whether a password alone is not enough.
    pub const fn requires_second_factor(self) -> bool {
        self.require_second_factor
    }

    /// What holds for somebody under both policies: the stricter half of each.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            minimum_length: self.minimum_length.max(other.minimum_length),
            require_second_factor: self.require_second_factor || other.require_second_factor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        for days in [i64::MIN, -1, 0, 3651, 65_537, i64::MAX] {
            assert!(KeyLifetime::days(days).is_err(), "{days}");
        }
        for length in [-1, 0, 14, 65, 65_551, i64::MAX] {
            assert!(PasswordPolicy::new(Some(length), false).is_err(), "{length}");
        }
        assert_eq!(KeyLifetime::days(3650).unwrap().in_days(), 3650);
        assert_eq!(PasswordPolicy::new(Some(64), true).unwrap().minimum_length(), Some(64));
        assert_eq!(PasswordPolicy::new(None, false).unwrap(), PasswordPolicy::default());
    }

    #[test]
    fn a_key_of_one_day_lasts_a_day() {
        let over = KeyLifetime::days(1).unwrap().after(Timestamp::from_millis(5));
        assert_eq!(over.millis(), 86_400_005);
    }

    #[test]
    fn of_two_policies_the_stricter_half_of_each_holds() {
        let long = PasswordPolicy::new(Some(20), false).unwrap();
        let strong = PasswordPolicy::new(None, true).unwrap();
        assert_eq!(long.and(strong), PasswordPolicy::new(Some(20), true).unwrap());
        assert_eq!(strong.and(long), long.and(strong));
    }
}
