//! What bounds a key, as it is asked for: until when, from where, how fast.

use crate::caller::Caller;
use crate::desk::Refusal;
use model::actor::Standing;
use model::life::days_ahead;
use model::power::{KeyPower, within};
use model::{
    Actor, AddressList, Error, KeyLife, OrganizationId, Permit, RateLimit, Timestamp, policy,
};
use store::{Reader, keys, organizations};

/// Until when a key is to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// What the organization's settings say; without an end if they say nothing.
    #[default]
    Usual,
    /// Without an end.
    Never,
    /// Until this moment.
    At(Timestamp),
    /// For so many days from now.
    InDays(u32),
}

impl End {
    /// The moment that is meant.
    ///
    /// # Errors
    /// `Invalid` for a number of days that no key may have.
    pub(super) fn moment(
        self,
        reader: &Reader<'_>,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        Ok(match self {
            Self::Never => None,
            Self::At(moment) => Some(moment),
            Self::InDays(days) => Some(days_ahead(now, days)?),
            Self::Usual => {
                let settings = organizations::settings(reader, organization)?;
                settings.default_key_expiry.map(|lifetime| lifetime.after(now))
            }
        })
    }

    /// The life of a new key.
    ///
    /// # Errors
    /// `Invalid` for an end that is not ahead or too far ahead.
    pub(super) fn life(
        self,
        reader: &Reader<'_>,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<KeyLife, Error> {
        KeyLife::new(self.moment(reader, organization, now)?, now)
    }
}

/// What bounds a new key of a project, and whether it manages others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyTerms {
    /// Until when it works.
    pub end: End,
    /// From where it may be used.
    pub sources: AddressList,
    /// How fast it may be used.
    pub rate: Option<RateLimit>,
    /// Whether it may make, list, disable and delete keys of its project that can do no more than
    /// itself.
    pub manages_keys: bool,
}

/// The permit, if what is acted upon lies within the power of the key that asks. People have no
/// such bound.
pub(super) fn bounded(
    reader: &Reader<'_>,
    caller: &Caller,
    permit: Permit,
    child: Option<&KeyPower>,
) -> Result<Permit, Refusal> {
    let Actor::ProjectKey { key, .. } = caller.actor() else {
        return Ok(permit);
    };
    let parent = keys::find(reader, *key)?.and_then(|key| key.power());
    let beyond = match (parent, child) {
        (Some(parent), Some(child)) => within(&parent, child).err(),
        _ => Some("a key of a project has no say here"),
    };
    let Some(sentence) = beyond else {
        return Ok(permit);
    };
    // The same act by a key without the right to manage keys: that is what it is here.
    let without = Standing { key_of_project: true, ..Standing::NONE };
    let again = policy::decide(caller.actor(), without, permit.action(), permit.resource());
    again.map_err(|denial| denial.because(sentence).into())
}
