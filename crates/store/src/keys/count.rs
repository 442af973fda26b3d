//! How many keys there are in each organization and project, kept as they come and go.
//!
//! A change adds up what it does and writes it once, when it is done: so counting costs one
//! statement a place, however many keys a change makes. What a list within a change counts is what
//! was there before it.

use super::KeyFilter;
use crate::sql::{text, to_count};
use crate::work::{Located, Reader, Work};
use model::{Error, ProjectId};

/// Notes that this change makes a key (1) or deletes one (-1) there.
pub(super) fn note(work: &mut Work<'_>, place: Located, difference: i64) {
    work.count_keys(place.organization.to_string(), difference);
    if let Some(project) = place.project {
        work.count_keys(project.to_string(), difference);
    }
}

/// Writes what this change did. The last step of every change.
pub(crate) fn write(work: &mut Work<'_>) -> Result<(), Error> {
    for (place, difference) in work.take_key_counts() {
        if difference == 0 {
            continue;
        }
        // What a key is taken from has a row; where the first one comes to, one is made.
        let sql = "UPDATE key_counts SET number = number + $2 WHERE place = $1";
        let values = [place.into(), difference.into()];
        if work.execute(sql, &values)? == 0 {
            work.execute("INSERT INTO key_counts (place, number) VALUES ($1, $2)", &values)?;
        }
    }
    Ok(())
}

/// Forgets a project that goes, once its keys are gone.
pub(crate) fn forget_project(work: &mut Work<'_>, project: ProjectId) -> Result<(), Error> {
    write(work)?;
    work.execute("DELETE FROM key_counts WHERE place = $1", &[text(project)])?;
    Ok(())
}

/// How many keys a list holds, if that is known without looking at each of them.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn known_count(reader: &Reader<'_>, filter: &KeyFilter) -> Result<Option<u64>, Error> {
    let Some(places) = filter.whole_places() else { return Ok(None) };
    let mut count = 0;
    for place in places {
        let sql = "SELECT number FROM key_counts WHERE place = $1";
        count += reader.sql.number(sql, &[place.into()])?.map_or(0, to_count);
    }
    Ok(Some(count))
}
