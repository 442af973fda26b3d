//! Reports that a key was found where it should not be.

use super::{Key, find};
use crate::sql::text;
use crate::work::Work;
use model::name::{LeakLocation, LeakSource};
use model::{Error, KeyId, Timestamp};

/// Where a key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeakReport {
    /// When it was reported.
    pub at: Timestamp,
    /// Who or what found it, in their own words.
    pub source: Option<LeakSource>,
    /// Where it was found.
    pub url: Option<LeakLocation>,
}

/// Marks a key as reported. The first report stays.
///
/// # Errors
/// `NotFound` if there is no such key.
pub fn reported(
    work: &mut Work<'_>,
    id: KeyId,
    source: Option<&LeakSource>,
    url: Option<&LeakLocation>,
) -> Result<Key, Error> {
    let values = [
        text(id),
        work.now().into(),
        source.map(LeakSource::as_str).into(),
        url.map(LeakLocation::as_str).into(),
    ];
    work.execute(
        "UPDATE keys SET reported_at = $2, report_source = $3, report_url = $4 \
         WHERE id = $1 AND reported_at IS NULL",
        &values,
    )?;
    find(work, id)?.ok_or_else(|| Error::not_found("API key", id))
}
