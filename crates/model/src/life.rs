//! The life of an API key: working, disabled, replaced, expired, revoked.
//!
//! What people decide about a key is a [`KeyLife`]; together with the clock it gives a
//! [`KeyState`]. Every combination of a [`Switch`] and a [`Term`] is a life that can happen, and
//! every step from one to the next is a method here: it must never be possible to write a state
//! without one. To add a state: a variant, and what the methods below say of it.

use crate::clock::Timestamp;
use crate::error::Error;
use crate::id::KeyId;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// How far ahead the end of a key may lie: ten years, leap days included.
const MOST_MILLIS: i64 = 3653 * DAY_MILLIS;
/// How long before its end a key is said to expire soon.
pub const SOON_MILLIS: i64 = 14 * DAY_MILLIS;

/// What people have decided about whether a key works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Switch {
    /// It works, within its term.
    #[default]
    On,
    /// It does not until somebody enables it again.
    Off {
        /// Since when.
        since: Timestamp,
    },
    /// It was found where it should not be, and never works again.
    Revoked {
        /// Since when.
        since: Timestamp,
    },
}

/// How long a key may work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Term {
    /// Without an end.
    #[default]
    Open,
    /// Until this moment.
    Until(Timestamp),
    /// Another key has taken its place, and it works beside that one until this moment.
    Replaced {
        /// The key that took its place.
        by: KeyId,
        /// The end of the overlap.
        until: Timestamp,
    },
}

/// What has been decided about a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyLife {
    /// Whether it is switched on.
    pub switch: Switch,
    /// How long it may work.
    pub term: Term,
}

/// How a key is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It works.
    Active,
    /// It works for a while, beside the key that took its place.
    Rotated,
    /// It was switched off, and can be switched on again.
    Disabled,
    /// Its time is over; an owner may renew it.
    Expired,
    /// It was reported as leaked, and never works again.
    Revoked,
}

impl KeyState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Active, Self::Rotated, Self::Disabled, Self::Expired, Self::Revoked];

    /// How the API writes the state.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Rotated => "rotated",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether a key in this state is admitted.
    pub const fn works(self) -> bool {
        matches!(self, Self::Active | Self::Rotated)
    }
}

/// How long a replaced key works beside its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap(u32);

impl Overlap {
    /// The longest, in seconds: 30 days.
    pub const MAX_SECONDS: u32 = 30 * 24 * 60 * 60;
    /// What is taken if nobody says: a day.
    pub const USUAL: Self = Self(24 * 60 * 60);

    /// That many seconds; 0 ends the replaced key at once.
    ///
    /// # Errors
    /// `Invalid` for more than [`Self::MAX_SECONDS`].
    pub fn seconds(seconds: u32) -> Result<Self, Error> {
        if seconds > Self::MAX_SECONDS {
            let message = format!("must be 0 to {} seconds (30 days)", Self::MAX_SECONDS);
            return Err(Error::invalid(message).in_field("overlapSeconds"));
        }
        Ok(Self(seconds))
    }

    /// In milliseconds.
    const fn millis(self) -> i64 {
        self.0 as i64 * 1000
    }

    /// Whether the replaced key ends at once.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// The moment this many days ahead, as the end of a key.
///
/// # Errors
/// `Invalid` for 0 days and for more than ten years.
pub fn days_ahead(now: Timestamp, days: u32) -> Result<Timestamp, Error> {
    let end = Timestamp::from_millis(now.millis().saturating_add(i64::from(days) * DAY_MILLIS));
    match check_end(now, end) {
        Ok(()) => Ok(end),
        Err(_) => Err(Error::invalid("must be 1 to 3653 days").in_field("expiresInDays")),
    }
}

/// Refuses an end that is not ahead, or too far ahead.
fn check_end(now: Timestamp, end: Timestamp) -> Result<(), Error> {
    if end <= now {
        let message = "must lie ahead: to end a key now, disable or delete it";
        return Err(Error::invalid(message).in_field("expiresAt"));
    }
    if end.millis().saturating_sub(now.millis()) > MOST_MILLIS {
        let message = "must be at most ten years ahead";
        return Err(Error::invalid(message).in_field("expiresAt"));
    }
    Ok(())
}

impl KeyLife {
    /// The life of a new key.
    ///
    /// # Errors
    /// `Invalid` for an end that is not ahead or more than ten years ahead.
    pub fn new(end: Option<Timestamp>, now: Timestamp) -> Result<Self, Error> {
        Self::default().ending(end, now)
    }

    /// How the key is now.
    pub fn state(self, now: Timestamp) -> KeyState {
        let over = self.expires_at().is_some_and(|end| end <= now);
        match (self.switch, self.term) {
            (Switch::Revoked { .. }, _) => KeyState::Revoked,
            _ if over => KeyState::Expired,
            (Switch::Off { .. }, _) => KeyState::Disabled,
            (Switch::On, Term::Replaced { .. }) => KeyState::Rotated,
            (Switch::On, Term::Open | Term::Until(_)) => KeyState::Active,
        }
    }

    /// When it ends, if it does.
    pub fn expires_at(self) -> Option<Timestamp> {
        match self.term {
            Term::Open => None,
            Term::Until(end) | Term::Replaced { until: end, .. } => Some(end),
        }
    }

    /// Whether it works now and ends within [`SOON_MILLIS`].
    pub fn expires_soon(self, now: Timestamp) -> bool {
        let left = self.expires_at().map(|end| end.millis().saturating_sub(now.millis()));
        self.state(now).works() && left.is_some_and(|left| left <= SOON_MILLIS)
    }

    /// The key that took its place.
    pub fn replaced_by(self) -> Option<KeyId> {
        match self.term {
            Term::Replaced { by, .. } => Some(by),
            Term::Open | Term::Until(_) => None,
        }
    }

    /// Since when it is switched off or revoked.
    pub fn off_since(self) -> Option<Timestamp> {
        match self.switch {
            Switch::On => None,
            Switch::Off { since } | Switch::Revoked { since } => Some(since),
        }
    }

    /// With another end; without one if `None`. This renews an expired key.
    ///
    /// # Errors
    /// `Invalid` for an end that is not ahead or more than ten years ahead; `Conflict` for a
    /// revoked key, and for a replaced one that would live on beyond the longest overlap.
    pub fn ending(self, end: Option<Timestamp>, now: Timestamp) -> Result<Self, Error> {
        if end == self.expires_at() {
            return Ok(self);
        }
        self.refuse_revoked()?;
        if let Some(end) = end {
            check_end(now, end)?;
        }
        let term = match (self.term, end) {
            (Term::Open | Term::Until(_), None) => Term::Open,
            (Term::Open | Term::Until(_), Some(end)) => Term::Until(end),
            (Term::Replaced { by, .. }, Some(until)) if within_overlap(until, now) => {
                Term::Replaced { by, until }
            }
            (Term::Replaced { by, .. }, _) => {
                return Err(Error::conflict(format!(
                    "the key is replaced by {by}: it may work beside that one for at most 30 days"
                ))
                .in_field("expiresAt"));
            }
        };
        Ok(Self { term, ..self })
    }

    /// Switched off. What is off already stays off since then.
    #[must_use]
    pub fn disabled(self, now: Timestamp) -> Self {
        match self.switch {
            Switch::On => Self { switch: Switch::Off { since: now }, ..self },
            Switch::Off { .. } | Switch::Revoked { .. } => self,
        }
    }

    /// Switched on again.
    ///
    /// # Errors
    /// `Conflict` for a key that would not work then: a revoked or an expired one.
    pub fn enabled(self, now: Timestamp) -> Result<Self, Error> {
        self.refuse_revoked()?;
        let life = Self { switch: Switch::On, ..self };
        if life.state(now) == KeyState::Expired {
            return Err(Error::conflict("the key has expired: give it a later end first"));
        }
        Ok(life)
    }

    /// Ended for good, because it was found where it should not be.
    #[must_use]
    pub fn revoked(self, now: Timestamp) -> Self {
        match self.switch {
            Switch::Revoked { .. } => self,
            Switch::On | Switch::Off { .. } => {
                Self { switch: Switch::Revoked { since: now }, ..self }
            }
        }
    }

    /// Replaced by another key, and working beside it for a while, though no longer than it would
    /// have. Without overlap it is switched off too, so that nobody's clock is asked.
    ///
    /// # Errors
    /// `Conflict` for a key that does not work, or that has been replaced before.
    pub fn replaced(self, by: KeyId, overlap: Overlap, now: Timestamp) -> Result<Self, Error> {
        match self.state(now) {
            KeyState::Active => {}
            KeyState::Rotated => {
                let by = self.replaced_by().map(|by| by.to_string()).unwrap_or_default();
                let message = format!("the key has been rotated already: rotate {by} instead");
                return Err(Error::conflict(message));
            }
            other => {
                let message =
                    format!("the key is {}: only a working key can be rotated", other.as_str());
                return Err(Error::conflict(message));
            }
        }
        let end = Timestamp::from_millis(now.millis().saturating_add(overlap.millis()));
        let until = self.expires_at().map_or(end, |had| had.min(end));
        let life = Self { term: Term::Replaced { by, until }, ..self };
        Ok(if overlap.is_none() { life.disabled(now) } else { life })
    }

    fn refuse_revoked(self) -> Result<(), Error> {
        match self.switch {
            Switch::Revoked { .. } => Err(Error::conflict(
                "the key was reported as leaked and never works again: make a new one",
            )),
            Switch::On | Switch::Off { .. } => Ok(()),
        }
    }
}

fn within_overlap(until: Timestamp, now: Timestamp) -> bool {
    until.millis().saturating_sub(now.millis()) <= i64::from(Overlap::MAX_SECONDS) * 1000
}

#[cfg(test)]
#[path = "life/tests.rs"]
mod tests;
