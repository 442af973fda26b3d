//! How fast something may be used.

use crate::error::Error;
use std::fmt;
use std::num::NonZeroU32;

/// The most calls a second; a whole second's worth may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateLimit(NonZeroU32);

impl RateLimit {
    /// The highest limit; beyond it a limit limits nothing.
    pub const MAX: u32 = 1_000_000;

    /// What a caller of the control API may do if the operator says nothing: far more than people
    /// and their tools need, far less than would keep others waiting.
    pub const DEFAULT_OF_CONTROL: Self = match NonZeroU32::new(100) {
        Some(number) => Self(number),
        None => Self(NonZeroU32::MIN),
    };

    /// A limit of that many calls a second.
    ///
    /// # Errors
    /// `Invalid` for 0 and for more than [`Self::MAX`].
    pub fn new(per_second: u32) -> Result<Self, Error> {
        NonZeroU32::new(per_second).filter(|number| number.get() <= Self::MAX).map(Self).ok_or_else(
            || {
                let message = format!("must be 1 to {} calls a second", Self::MAX);
                Error::invalid(message).in_field("rateLimit")
            },
        )
    }

    /// Calls a second.
    pub fn per_second(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls a second", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_bounded() {
        assert_eq!(RateLimit::new(1).unwrap().per_second(), 1);
        assert!(RateLimit::new(RateLimit::MAX).is_ok());
        assert!(RateLimit::new(0).is_err() && RateLimit::new(RateLimit::MAX + 1).is_err());
    }
}
