//! What stands at the top of an overview: numbers, each with the page that tells more, and what an
//! owner should look at.

use crate::chart::{Chart, Step};
use crate::pages::usage;
use crate::query::grouped;
use control::command::keys::{self, KeyPart, KeyQuery, ListKeys};
use control::command::usage::UsageOf;
use control::{Caller, Desk, Page as ListPage, UsageBy};
use model::{Error, ProjectId, Timestamp};

/// A number.
pub(crate) struct Tile {
    pub(crate) label: &'static str,
    pub(crate) number: String,
    /// What it is made of, or how it is meant.
    pub(crate) under: String,
    /// The page that tells more; empty for none.
    pub(crate) to: String,
}

/// Something an owner should look at.
pub(crate) struct Warning {
    pub(crate) text: String,
    /// Where to do something about it, and in which words.
    pub(crate) to: String,
    pub(crate) act: &'static str,
}

/// The calls of the last day.
pub(crate) struct Calls {
    pub(crate) tile: Tile,
    pub(crate) chart: Chart,
}

/// The calls of the last 24 hours that go to some place.
pub(crate) fn calls(
    desk: &Desk,
    caller: &Caller,
    of: UsageOf,
    now: Timestamp,
    to: String,
) -> Result<Calls, Error> {
    let lines = usage::sums(desk, caller, of, UsageBy::Hour, (Step::Hour, 24), now, 100)?;
    let chart = Chart::new(&lines, Step::Hour, 24, now)?;
    let [_, refused, failed] = chart.sums();
    let under = match (refused, failed) {
        (0, 0) => "in 24 hours".to_owned(),
        (refused, 0) => format!("in 24 hours, {} refused", grouped(refused)),
        (0, failed) => format!("in 24 hours, {} failed", grouped(failed)),
        (refused, failed) => {
            format!("in 24 hours, {} refused, {} failed", grouped(refused), grouped(failed))
        }
    };
    let tile = Tile { label: "Calls", number: grouped(chart.calls()), under, to };
    Ok(Calls { tile, chart })
}

/// What is to be said of a project's keys.
pub(crate) struct Keys {
    pub(crate) tile: Tile,
    pub(crate) warnings: Vec<Warning>,
    /// Whether there is none.
    pub(crate) none: bool,
}

/// The keys of a project, for somebody who may see them.
pub(crate) fn keys(desk: &Desk, caller: &Caller, project: ProjectId) -> Result<Keys, Error> {
    let count = |query: KeyQuery| -> Result<u64, Error> {
        let part = KeyPart::Page(ListPage::new(1, 1)?);
        let request =
            ListKeys { organization: None, project: Some(project), search: None, query, part };
        Ok(keys::list(desk, caller, request)?.count.unwrap_or(0))
    };
    let all = count(KeyQuery::default())?;
    let soon = count(KeyQuery { expires_soon: true, ..KeyQuery::default() })?;
    let reported = count(KeyQuery { reported: true, ..KeyQuery::default() })?;
    let list = format!("/console/projects/{project}/keys");
    let mut warnings = Vec::new();
    if reported > 0 {
        let text = many(reported, "key was reported as leaked", "keys were reported as leaked");
        warnings.push(Warning { text, to: format!("{list}?state=reported"), act: "See which" });
    }
    if soon > 0 {
        let text = many(soon, "key ends within 14 days", "keys end within 14 days");
        warnings.push(Warning { text, to: format!("{list}?state=soon"), act: "Rotate in time" });
    }
    let under = if soon == 0 { "none ends soon".to_owned() } else { format!("{soon} end soon") };
    let under = if all == 0 { "nobody can connect".to_owned() } else { under };
    let tile = Tile { label: "API keys", number: grouped(all), under, to: list };
    Ok(Keys { tile, warnings, none: all == 0 })
}

/// So many of something, in words.
pub(crate) fn many(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}
